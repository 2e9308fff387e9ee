import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Failure } from "../../../src/base/errors/millwright-error.ts";
import { systemClock } from "../../../src/base/time/clock.ts";
import { signDownload } from "../../../src/controller/artifacts/download-links.ts";
import { Signer } from "../../../src/controller/secrets/tokens.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { agentWithApp, finishedBuild } from "../../support/finished-build.ts";

function addressOf(controller: TestController, artifact: string, ttlMs = 60_000): string {
  const signer = new Signer(readFileSync(join(controller.data, "signing.key"), "utf8").trim());
  return signDownload({ signer, clock: systemClock, publicUrl: () => controller.httpUrl }, artifact, ttlMs);
}

async function refusalAt(url: string) {
  const response = await fetch(url);
  return { status: response.status, code: ((await response.json()) as { error: Failure }).error.code };
}

test("a signed address gives its file without a login, whole or in part, under a name that old clients read", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const bytes = randomBytes(300_000);
  const { artifacts } = await finishedBuild(controller, agent, {
    files: [
      { name: "demo-www.zip", kind: "www", bytes },
      { name: "empty.zip", kind: "reports", bytes: "" },
    ],
  });
  const url = addressOf(controller, artifacts[0] ?? "");
  expect(url.startsWith(`${controller.httpUrl}/downloads/`)).toBe(true);
  const whole = await fetch(url);
  expect(whole.status).toBe(200);
  expect(whole.headers.get("content-disposition")).toBe("attachment; filename=demo-www.zip");
  expect(whole.headers.get("content-length")).toBe("300000");
  expect(whole.headers.get("cache-control")).toBe("private, no-store");
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  const part = await fetch(url, { headers: { range: "bytes=299990-" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 299990-299999/300000"]);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(299_990))).toBe(true);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, "300000"]);
  const empty = await fetch(addressOf(controller, artifacts[1] ?? ""));
  expect([empty.status, await empty.text()]).toEqual([200, ""]);
});

test("an address that has expired, was changed, or is signed for something else gives nothing", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { artifacts } = await finishedBuild(controller, agent, { files: [{ name: "a.zip", kind: "www", bytes: "a" }] });
  const [artifact = ""] = artifacts;
  expect(await refusalAt(addressOf(controller, artifact, -1))).toEqual({ status: 410, code: "DOWNLOAD_EXPIRED" });
  const url = addressOf(controller, artifact);
  const unknown = { status: 404, code: "DOWNLOAD_UNKNOWN" };
  expect(await refusalAt(`${url.slice(0, -3)}xyz`)).toEqual(unknown);
  expect(await refusalAt(addressOf(controller, "f0000"))).toEqual(unknown);
  expect(await refusalAt(`${controller.httpUrl}/downloads/nonsense`)).toEqual(unknown);
  const [claims = "", mac = ""] = (url.split("/").at(-1) ?? "").split(".");
  const later = { ...(JSON.parse(Buffer.from(claims, "base64url").toString()) as object), exp: Date.now() + 1e12 };
  const forged = `${Buffer.from(JSON.stringify(later)).toString("base64url")}.${mac}`;
  expect(await refusalAt(`${controller.httpUrl}/downloads/${forged}`)).toEqual(unknown);
  const signer = new Signer(readFileSync(join(controller.data, "signing.key"), "utf8").trim());
  const upload = signer.sign({ use: "upload", artifact, exp: Date.now() + 60_000 });
  expect(await refusalAt(`${controller.httpUrl}/downloads/${upload}`)).toEqual(unknown);
});
