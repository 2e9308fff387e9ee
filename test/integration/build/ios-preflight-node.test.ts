import { expect, test } from "vitest";
import { type PreflightWish, preflight } from "./ios-preflight-kit.ts";

/** The Node that the job takes where none may be too old: the log says it. */
async function taken(wish: PreflightWish): Promise<string | undefined> {
  const ended = await preflight(wish);
  expect(ended.step, ended.log).toBe("install");
  return /^Node (\S+): /m.exec(ended.log)?.[1];
}

test("A Node that is too old for cordova-ios or cordova is refused before npm is run", async () => {
  const platform = await preflight({ usualNode: "18.20.4", engine: "^8.0.0" });
  expect(platform).toMatchObject({
    code: "NODE_TOO_OLD_FOR_CORDOVA",
    step: "preflight",
    blame: "host",
    what: "cordova-ios ^8.0.0 needs Node ^20.17.0 || >=22.9.0, and builds on the host test-host get Node 18.20.4.",
  });
  expect(platform.started).not.toContain("install");
  const host = { cordovaVersion: "13.0.0" };
  const cordova = await preflight({ usualNode: "18.20.4", engine: "7.1.1", host });
  expect(cordova).toMatchObject({
    code: "NODE_TOO_OLD_FOR_CORDOVA",
    what: expect.stringContaining("cordova 13.0.0 needs Node"),
  });
  const own = { "package.json": JSON.stringify({ name: "hello", devDependencies: { cordova: "^13.0.0" } }) };
  expect(await preflight({ usualNode: "18.20.4", engine: "7.1.1", files: own })).toMatchObject({
    code: "NODE_TOO_OLD_FOR_CORDOVA",
    what: expect.stringContaining("cordova ^13.0.0"),
  });
  expect(await taken({ usualNode: "18.20.4", engine: "7.1.1" })).toBeUndefined();
});

test("Another Node of the host is taken where the usual one is too old and the app asks for none", async () => {
  const otherNodes = ["16.20.2", "20.19.0", "22.11.0"];
  expect(await taken({ usualNode: "18.20.4", otherNodes })).toBe("20.19.0");
  const packageJson = (node: string) => ({
    "package.json": JSON.stringify({ name: "hello", engines: { node }, scripts: { preinstall: "exit 3" } }),
  });
  const wish = (node: string) => ({ usualNode: "18.20.4", otherNodes, files: packageJson(node) });
  expect(await taken(wish(">=18"))).toBe("22.11.0");
  // What npm itself only warns about doesn't keep a build from running.
  expect((await preflight(wish("16"))).log).toContain("Node 20.19.0: cordova-ios 8.1.1 needs");
});

test("A Node that the commit or the environment asks for is not replaced by another", async () => {
  const otherNodes = ["16.20.2", "20.19.0"];
  const asked = await preflight({ otherNodes, files: { ".nvmrc": "16\n" } });
  expect(asked).toMatchObject({
    code: "NODE_WISH_TOO_OLD",
    step: "preflight",
    blame: "user",
    what: "cordova-ios 8.1.1 needs Node ^20.17.0 || >=22.9.0, and .nvmrc asks for Node 16.",
    next: expect.stringContaining("Raise the version in .nvmrc"),
  });
  expect(asked.started).not.toContain("install");
  const environment = { name: "old", variables: { OVERRIDE_NODE_VERSION: "16.20.2" } };
  expect(await preflight({ otherNodes, spec: { environment } })).toMatchObject({
    code: "NODE_WISH_TOO_OLD",
    what: expect.stringContaining("OVERRIDE_NODE_VERSION asks for Node 16.20.2"),
  });
  // A range leaves room.
  expect(await taken({ usualNode: "18.20.4", otherNodes, files: { ".nvmrc": ">=18" } })).toBe("20.19.0");
});
