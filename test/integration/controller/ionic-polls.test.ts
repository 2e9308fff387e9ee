import { createHash } from "node:crypto";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { begin, FAILED, HOST_FAILED, scene, sendFile } from "./ionic-builds.ts";
import { ionic, OLD_CLI } from "./ionic-requests.ts";

test("a build's answer has all that the CLIs print, and the poll goes from pending over running to success", async () => {
  const { ask, poll, agent, controller, app } = await scene();
  const sha = "0123456789abcdef0123456789abcdef01234567";
  const made = await ask({ commit_sha: sha, stack_name: "Linux - 2026.10", profile_name: "" });
  expect(made.status).toBe(201);
  expect(made.body.data).toMatchObject({
    job_id: 1,
    state: "pending",
    build_type: "debug",
    commit: { sha, note: "" },
    stack: { friendly_name: "Linux - 2026.10" },
    profile_tag: null,
    environment_name: null,
    native_config_name: null,
    distribution_credential_name: null,
    pending_channels: [],
    artifacts: [],
    job: { trace: "" },
  });
  const job = await begin(agent);
  expect((await poll()).body.data).toMatchObject({ state: "running", artifacts: [] });
  const id = await sendFile(agent, job, "demo.apk", "apk");
  const report = await sendFile(agent, job, "reports.zip", "reports");
  expect((await poll()).body.data).toMatchObject({ state: "running", artifacts: [] });
  const none = await ionic(controller, "GET", `/apps/${app}/packages/1/download`);
  expect(none.body.data).toEqual({ url: null });
  await agent.append(job.lease, job.jobToken, 0, "done\n");
  await agent.complete(job.lease, job.jobToken, "done\n", { artifactIds: [id, report] });
  expect((await poll()).body.data).toMatchObject({
    state: "success",
    artifacts: [{ artifact_type: "APK", name: "demo.apk" }],
    job: { trace: "done\n" },
  });
});

test("a file is given by type at an address that needs no token, under a name that no client misreads", async () => {
  const { ask, agent, controller, app } = await scene();
  await ask();
  const job = await begin(agent);
  const artifactIds = [await sendFile(agent, job, "demo.aab", "aab"), await sendFile(agent, job, "demo.apk", "apk")];
  await agent.complete(job.lease, job.jobToken, "", { artifactIds });
  const link = async (query: string) => {
    const { data } = (await ionic(controller, "GET", `/apps/${app}/packages/1/download${query}`)).body;
    return data.url as string | null;
  };
  for (const [query, name] of [
    ["?artifact_type=AAB", "demo.aab"],
    ["?artifact_type=apk", "demo.apk"],
    ["", "demo.apk"],
  ]) {
    const file = await fetch((await link(query ?? "")) ?? "");
    expect(file.status).toBe(200);
    expect(file.headers.get("content-disposition")).toBe(`attachment; filename=${name}`);
    expect(await file.text()).toBe(`the bytes of ${name}`);
  }
  for (const type of ["IPA", "DSYM", "WWW_ZIP", "NONSENSE"]) expect(await link(`?artifact_type=${type}`)).toBeNull();
});

test("the trace only ever grows: cut between the bytes of a character, over a second attempt, a restart and the end", async () => {
  const { ask, poll, agent, controller } = await scene();
  await ask();
  const traces: string[] = [];
  const look = async (from = poll) => traces.push((await from()).body.data.job.trace);
  await look();
  const first = await begin(agent);
  const log = "▸ Bäume 🌲\n";
  const bytes = Buffer.from(log);
  for (let at = 0; at < bytes.length; at += 3) {
    await agent.appendBytes(first.lease, first.jobToken, at, bytes.subarray(at, at + 3));
    await look();
  }
  const broken = Buffer.from("half of a tree: 🌲").subarray(0, -2);
  await agent.appendBytes(first.lease, first.jobToken, bytes.length, broken);
  await look();
  const whole = Buffer.concat([bytes, broken]);
  const logSha256 = createHash("sha256").update(whole).digest();
  await agent.complete(first.lease, first.jobToken, "", { ...HOST_FAILED, logLength: whole.length, logSha256 });
  await look();
  expect((await poll()).body.data.state).toBe("pending");

  const second = await begin(agent);
  await agent.append(second.lease, second.jobToken, 0, "Attempt 2\n");
  await look();
  await controller.close();
  const again = await testController({}, controller.data);
  const path = `/apps/demo/packages/1`;
  const pollAgain = () => ionic(again, "GET", path);
  await look(pollAgain);
  const other = new ScriptedAgent(again);
  const held = { lease: second.lease, jobToken: second.jobToken };
  await other.append(held.lease, held.jobToken, 10, "it breaks\n");
  await look(pollAgain);
  await other.complete(held.lease, held.jobToken, "Attempt 2\nit breaks\n", FAILED);
  await look(pollAgain);
  await look(pollAgain);
  for (const [index, trace] of traces.entries()) {
    expect(typeof trace).toBe("string");
    expect(trace.startsWith(traces[index - 1] ?? ""), `${traces[index - 1]} ⊄ ${trace}`).toBe(true);
  }
  expect((await pollAgain()).body.data.state).toBe("failed");
  const last = traces.at(-1) ?? "";
  expect(last).toContain(`${log}half of a tree: \u{fffd}Attempt 2\nit breaks\n`);
  expect(last.split("Code:  JAVA_ERROR")).toHaveLength(2);
  expect(last).toMatch(/Why: {3}\S.*\nNext: {2}\S/);
  expect(traces.at(-2)).toBe(last);
});

test("of a very long log the beginning is shown, then one notice, and how the build ended", async () => {
  const { ask, poll, agent } = await scene();
  await ask();
  const job = await begin(agent);
  const line = `${"é".repeat(511)}\n`;
  const mebibyte = line.repeat(1025);
  let at = 0;
  const traces: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    at = await agent.append(job.lease, job.jobToken, at, mebibyte);
    traces.push((await poll()).body.data.job.trace);
  }
  await agent.complete(job.lease, job.jobToken, mebibyte.repeat(5), FAILED);
  traces.push((await poll()).body.data.job.trace);
  for (const [index, trace] of traces.entries()) expect(trace.startsWith(traces[index - 1] ?? "")).toBe(true);
  const last = traces.at(-1) ?? "";
  expect(Buffer.byteLength(last)).toBeLessThan(4 * 2 ** 20 + 2000);
  expect(last.split("only its first 4 MiB are shown here. All of it: millwright logs 1")).toHaveLength(2);
  expect(last).not.toContain("\u{fffd}");
  expect(last).toContain("Code:  JAVA_ERROR");
});

test("an explanation that the log already ends with is not said again", async () => {
  const { ask, poll, agent } = await scene();
  await ask();
  const job = await begin(agent);
  const log = "✗ failed after 3 s\n\nWhy:   x\nCode:  JAVA_ERROR\n\nBuild failed in 4 s\n";
  await agent.append(job.lease, job.jobToken, 0, log);
  await agent.complete(job.lease, job.jobToken, log, FAILED);
  expect((await poll()).body.data).toMatchObject({ state: "failed", job: { trace: log } });
});

test("canceled is failed to the CLIs that would poll for ever, and to all of them where distributions are polled", async () => {
  const { ask, poll, controller, app } = await scene();
  await ask();
  await controller.api("POST", "/builds/1/cancel");
  const seen = async (userAgent: string) => (await poll(1, { userAgent })).body.data.state;
  for (const agent of [OLD_CLI, "node/superagent/Ionic CLI 6.8.0", "node/superagent/Ionic CLI 6.12.0"]) {
    expect(await seen(agent), agent).toBe("failed");
  }
  for (const version of ["6.12.1", "6.12.4", "6.20.9", "7.2.1"]) {
    expect(await seen(`node/superagent/Ionic CLI ${version}`), version).toBe("canceled");
  }
  const { data } = (await ionic(controller, "GET", `/apps/${app}/builds/1`)).body;
  expect(data).toMatchObject({ state: "failed", job: { trace: "The build was canceled.\n" } });
  const action = await ionic(controller, "GET", `/apps/${app}/builds/1`, undefined, { userAgent: "axios/0.21.1" });
  expect(action.body.data.state).toBe("canceled");
});

test("a build over the limit of its account is created, and pending once there is room", async () => {
  const { ask, poll, agent, controller } = await scene();
  await controller.api("PATCH", "/accounts/default", { concurrencyLimit: 1 });
  await ask();
  await ask();
  const first = await begin(agent);
  expect((await poll(2)).body.data.state).toBe("created");
  await agent.complete(first.lease, first.jobToken, "");
  expect((await poll(2)).body.data.state).toBe("pending");
});

test("a long answer is compressed for those who take it", async () => {
  const { ask, agent, controller, app } = await scene();
  await ask();
  const job = await begin(agent);
  await agent.append(job.lease, job.jobToken, 0, "the same again\n".repeat(10_000));
  const url = `${controller.httpUrl}/ionic/apps/${app}/packages/1`;
  const raw = (encoding: string) =>
    new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${controller.adminToken}`, "accept-encoding": encoding };
      const asked = request(url, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ encoding: response.headers["content-encoding"], bytes: Buffer.concat(chunks) }),
        );
      });
      asked.on("error", reject).end();
    });
  const packed = await raw("gzip, deflate");
  const plain = await raw("gzip;q=0, identity");
  expect(packed.encoding).toBe("gzip");
  expect(plain.encoding).toBeUndefined();
  expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 20);
  const traceOf = (bytes: Buffer) =>
    (JSON.parse(bytes.toString()) as { data: { job: { trace: string } } }).data.job.trace;
  expect(traceOf(gunzipSync(packed.bytes))).toBe(traceOf(plain.bytes));
});
