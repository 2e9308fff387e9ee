import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MillwrightError } from "../../../src/base/errors/millwright-error.ts";
import { pickNode } from "../../../src/build/preflight/node-version.ts";
import { findNodes, type NodeTool } from "../../../src/build/toolchain/nodes.ts";

const node = (version: string): NodeTool => ({ kind: "node", version, path: `/nodes/${version}` });
const USUAL = node("20.11.1");
const OTHERS = [node("23.1.0"), node("22.9.0"), node("18.19.0"), node("18.2.0")];

function picked(wanted: string, strict = true): string {
  const found = pickNode({ wanted, strict, source: ".nvmrc" }, USUAL, OTHERS);
  return found ? `${found.node.version}${found.exact ? "" : " instead"}` : "none";
}

test("The usual Node is taken when it fits, else the newest that does", () => {
  expect(picked("20")).toBe("20.11.1");
  expect(picked("v20.11.1")).toBe("20.11.1");
  expect(picked(">=18")).toBe("20.11.1");
  expect(picked("18")).toBe("18.19.0");
  expect(picked("18.2.0")).toBe("18.2.0");
  expect(picked("^22.1")).toBe("22.9.0");
  expect(picked("lts/hydrogen")).toBe("18.19.0");
  expect(picked("lts/*")).toBe("22.9.0");
  expect(picked("node")).toBe("23.1.0");
});

test("A full version that isn't there is answered by the nearest of its major, another major by none", () => {
  expect(picked("18.17.3")).toBe("18.19.0 instead");
  expect(picked("16.20.0")).toBe("none");
  expect(picked("lts/gallium")).toBe("none");
});

test("What is no version is an error where it was meant strictly", () => {
  expect(() => picked("latest-ish")).toThrow(MillwrightError);
  expect(() => picked("lts/unheard")).toThrow(/NODE_VERSION_INVALID/);
  expect(picked("whatever", false)).toBe("none");
});

test("Nodes are found where version managers put them, by their files", () => {
  const home = mkdtempSync(join(tmpdir(), "millwright-nodes-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const install = (folder: string, header?: string) => {
    mkdirSync(join(home, folder, "bin"), { recursive: true });
    writeFileSync(join(home, folder, "bin/node"), "#!/bin/sh\n", { mode: 0o755 });
    if (header === undefined) return;
    mkdirSync(join(home, folder, "include/node"), { recursive: true });
    writeFileSync(join(home, folder, "include/node/node_version.h"), header);
  };
  install(".nvm/versions/node/v18.20.4");
  install(".local/share/fnm/node-versions/v22.1.0/installation");
  install("own/node-20", "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 3\n#define NODE_PATCH_VERSION 1\n");
  install("own/of-no-version");
  mkdirSync(join(home, ".nvm/versions/node/v16.0.0"));
  const versions = findNodes([join(home, "own")], home).map((found) => found.version);
  expect(versions.filter((version) => ["22.1.0", "20.3.1", "18.20.4", "16.0.0"].includes(version))).toEqual([
    "22.1.0",
    "20.3.1",
    "18.20.4",
  ]);
});
