import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { loadAgentConfig } from "../../../src/agent/config.ts";
import { SpecTrust } from "../../../src/agent/jobs/spec-trust.ts";
import { newKeyFile, SpecKeys } from "../../../src/controller/trust/spec-keys.ts";

const LEASE = { leaseId: "l1", buildId: 7, attempt: 1, fence: 3 };

function trusting(lines = "") {
  const folder = mkdtempSync(join(tmpdir(), "millwright-trust-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "agent.yaml");
  writeFileSync(file, `name: tux\nworkFolder: .\n${lines}`);
  const config = loadAgentConfig(file, {});
  return { trust: new SpecTrust(() => config, pino({ level: "silent" })), folder, file };
}

function job(keys: SpecKeys, lease = LEASE) {
  const spec = JSON.stringify({ lease });
  const signature = keys.signSpec(spec);
  return {
    lease: LEASE,
    spec: Buffer.from(spec),
    specSha256: Buffer.alloc(0),
    jobToken: "",
    signature,
    keys: keys.chain,
  };
}

test("The first keys that are met are kept, and what comes later changes nothing", () => {
  const { trust, folder } = trusting();
  const [keys, other] = [new SpecKeys(newKeyFile()), new SpecKeys(newKeyFile())];
  expect(trust.judge(job(keys)), "nothing is known yet").toBeUndefined();
  trust.meets([]);
  expect(trust.pinned, "an older controller shows none").toBeUndefined();
  trust.meets(keys.chain);
  trust.meets(other.chain);
  expect(readFileSync(join(folder, "spec.pub"), "utf8").trim()).toBe(keys.text);
  expect(trust.judge(job(keys))).toBeUndefined();
  expect(trust.judge(job(other))).toMatchObject({ code: "SPEC_SIGNATURE_WRONG", blame: "controller" });
});

test("With a known key a job that isn't signed is refused, also by a controller that signs none any more", () => {
  const keys = new SpecKeys(newKeyFile());
  const { trust } = trusting(`trust: { specKey: "${keys.text}" }\n`);
  const unsigned = { ...job(keys), signature: Buffer.alloc(0), keys: [] };
  expect(trust.judge(unsigned)).toMatchObject({ code: "SPEC_SIGNATURE_MISSING", what: expect.stringContaining("tux") });
  const off = trusting(`trust: { signedSpecs: "off", specKey: "${keys.text}" }\n`);
  expect(off.trust.judge(unsigned)).toBeUndefined();
});

test("A job that was signed for another lease, or another attempt at it, is refused", () => {
  const keys = new SpecKeys(newKeyFile());
  const { trust } = trusting(`trust: { signedSpecs: required, specKey: "${keys.text}" }\n`);
  expect(trust.judge(job(keys))).toBeUndefined();
  for (const other of [{ leaseId: "l2" }, { buildId: 8 }, { attempt: 2 }, { fence: 4 }]) {
    const failure = trust.judge(job(keys, { ...LEASE, ...other }));
    expect(failure).toMatchObject({ code: "SPEC_SIGNATURE_WRONG", why: expect.stringContaining("signed for attempt") });
  }
});

test("A key that is none, or required without a key, is a fault of the configuration with its line", () => {
  const why = (lines: string) => {
    try {
      trusting(lines);
    } catch (error) {
      return (error as { failure: { why: string } }).failure.why;
    }
    return "";
  };
  expect(why("trust: { specKey: abc }\n")).toMatch(/agent\.yaml:3:\d+: trust\.specKey: expected the specKey/);
  expect(why("trust: { signedSpecs: required }\n")).toMatch(/agent\.yaml:3:1: trust: signedSpecs: required needs/);
  expect(why("allow:\n  repositories: [git@github.com:acme/x]\n")).toMatch(/agent\.yaml:4:\d+: allow\.repositories\.0/);
});
