import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { findNaming } from "../../src/base/processes/marked.ts";
import { sampleRepository } from "../demo/playground.mjs";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround, startCli } from "../support/playground.ts";

let ground: Ground;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ground, close } = await openGround());
});
afterAll(() => close());

/**
 * An app whose web build never ends: it ignores TERM, and so does a child that left its session and closed its files. Answers
 * the word that both carry in their command lines: a contained build doesn't know the host's numbers of its processes.
 */
function stubbornApp(name: string): string {
  const folder = join(ground.folder, name);
  const word = newId(`${name}-`);
  const child = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`;
  const script = `
const { spawn } = require("node:child_process");
spawn(process.execPath, ["-e", ${JSON.stringify(child)}, "${word}-child"], { detached: true, stdio: "ignore" }).unref();
${child}
console.log("working on it");
`;
  sampleRepository(folder, () => {
    rmSync(join(folder, "package-lock.json"));
    const manifest = { name: "x", version: "1.0.0", scripts: { build: `node stubborn.cjs ${word}` } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "stubborn.cjs"), script);
  });
  return word;
}

test("canceling ends the whole process tree within 15 s, also what ignored TERM or left the group", async () => {
  const word = stubbornApp("stubborn");
  const url = `${join(ground.folder, "stubborn")}.git`;
  await ground.millwright(ground.folder, "apps", "add", "stubborn", "--git-url", url);
  const following = startCli(join(ground.folder, "stubborn"), ["deploy", "build"], ground.environment);
  let text = "";
  following.stdout.on("data", (bytes: Buffer) => {
    text += bytes;
  });
  following.stderr.on("data", (bytes: Buffer) => {
    text += bytes;
  });
  const exited = new Promise<number | null>((resolve) => following.once("close", resolve));
  await eventually("both processes run", () => findNaming(`${word}-child`).length > 0, 60_000);
  await eventually("the log is followed", () => text.includes("working on it"), 10_000);

  const began = Date.now();
  const canceled = await ground.millwright(ground.folder, "cancel", "1");
  expect(canceled.exit, canceled.text).toBe(0);
  expect(canceled.text).toContain("canceled");
  expect(Date.now() - began).toBeLessThan(15_000);
  expect(findNaming(word)).toEqual([]);
  expect(await exited, text).toBe(3);
  expect((await ground.build(1)).status).toBe("canceled");
  expect(await ground.log(1)).toContain("working on it");
});

test("a waiting build is canceled at once", async () => {
  stubbornApp("first");
  stubbornApp("second");
  for (const name of ["first", "second"]) {
    const url = `${join(ground.folder, name)}.git`;
    await ground.millwright(ground.folder, "apps", "add", name, "--git-url", url);
    const ran = await ground.millwright(join(ground.folder, name), "deploy", "build", "--detach");
    expect(ran.exit, ran.text).toBe(0);
  }
  await eventually("the first one runs", async () => (await ground.build(2)).status === "running", 30_000);
  expect((await ground.build(3)).status).toBe("queued");
  expect((await ground.build(3)).waitingFor).toMatch(/demo-1 is busy/);
  expect((await ground.millwright(ground.folder, "cancel", "3")).exit).toBe(0);
  expect((await ground.build(3)).status).toBe("canceled");
  expect((await ground.millwright(ground.folder, "cancel", "2")).exit).toBe(0);
  expect((await ground.millwright(ground.folder, "cancel", "2")).text).toContain("BUILD_ALREADY_ENDED");
});
