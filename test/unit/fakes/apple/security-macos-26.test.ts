import { expect, test } from "vitest";
import { prepareKeychain } from "../../../fakes/apple/ready-to-sign.ts";
import { run, testMac } from "./mac.ts";

const mac = testMac({ settings: { macOS: { version: "26.1", build: "25B78" } } });

test("from macOS 26 on find-identity -v shows nothing of a temporary keychain, though the identity is there", async () => {
  const { keychain, identity } = prepareKeychain(mac);
  const find = async (...args: string[]) =>
    (await run(mac, "security", ["find-identity", ...args, "-p", "codesigning", keychain])).stdout;
  expect(await find("-v")).toBe("     0 valid identities found\n");
  expect(await find()).toContain(`1) ${identity.facts.sha1} "${identity.facts.commonName}"\n     1 identities found`);
});
