import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findMarked } from "../../../../src/base/processes/marked.ts";
import type { BuildDetails } from "../../../../src/protocol/api.ts";
import { writeInvitation } from "../../../../src/protocol/invitation-line.ts";
import { Repository } from "../../../faults/repository.ts";
import { type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { runCli } from "../../cli/run-cli.ts";
import { invite, parsed, shownAgent } from "./ground.ts";
import { asOperator, joinedHost, startDaemon } from "./hosts.ts";

const MINUTE = 60_000;
const PLAN = { logBytes: 20_000, lineBytes: 100, binary: false, files: [1000], behaviour: "plain" as const };

const ready = (controller: TestController, name: string) =>
  eventually(`${name} is ready`, async () => (await shownAgent(controller, name)).state === "ready", MINUTE);

/** Begins a deploy build of the length. */
async function begin(controller: TestController, repository: Repository, seed: string, ms: number): Promise<number> {
  repository.commit({ ...PLAN, seed, ms });
  const { status, body } = await controller.api("POST", "/apps/app/builds", { kind: "deploy", commit: seed });
  expect([status, body]).toEqual([201, expect.anything()]);
  return (body as BuildDetails).id;
}

test("two hosts join by the printed line; one builds, is revoked, and can do nothing more; the other goes on", async () => {
  const controller = await testController();
  const repository = new Repository(join(temporaryFolder(), "app.git"));
  await controller.api("POST", "/apps", { name: "app", gitUrl: repository.folder });
  const one = await joinedHost(controller, "one");
  for (const name of ["agent.key", "agent.config.yaml"]) {
    expect([name, statSync(join(one.folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  expect(readdirSync(one.folder).sort()).toEqual(["agent.ca.pem", "agent.config.yaml", "agent.key"]);
  const first = startDaemon(one.folder);
  await ready(controller, "one");
  const quick = await begin(controller, repository, "quick", 100);
  await eventually("it is built", async () => (await controller.build(quick)).status === "success", MINUTE);
  expect(await controller.build(quick)).toMatchObject({ agent: "one", artifacts: [expect.anything()] });

  const long = await begin(controller, repository, "long", 2 * MINUTE);
  await eventually("it prints", async () => (await controller.build(long)).logLength > 1000, MINUTE);
  const jobs = () => readdirSync(join(one.folder, "work/jobs"));
  await eventually("the build before is cleared away", () => jobs().length === 1, MINUTE);
  const [lease = "none"] = jobs();
  await eventually("its step runs", () => findMarked(`MILLWRIGHT_LEASE=${lease}`).length > 0, MINUTE);
  const two = await joinedHost(controller, "two");
  const second = startDaemon(two.folder);
  await ready(controller, "two");
  const revoked = await runCli(["agents", "revoke", "one"], { environment: asOperator(controller) });
  expect(revoked).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Revoked one\./) });
  expect(await first.ended).toBe(2);
  expect(first.log()).toContain("[AGENT_REVOKED]");
  await eventually("nothing of its build runs", () => findMarked(`MILLWRIGHT_LEASE=${lease}`).length === 0, MINUTE);
  await eventually("nor is anything of it left", () => jobs().length === 0, MINUTE);
  await eventually("the other has it", async () => (await controller.build(long)).agent === "two", MINUTE);
  expect(await startDaemon(one.folder).ended).toBe(2);
  await controller.api("POST", `/builds/${long}/cancel`);
  await eventually("it is canceled", async () => (await controller.build(long)).status === "canceled", MINUTE);

  for (const { folder, line } of [one, two]) {
    const log = readFileSync(join(folder, "agent.log"), "utf8");
    const key = readFileSync(join(folder, "agent.key"), "utf8").split("\n")[1] ?? "no key";
    const secret = parsed({ line: line.split(" ").at(-1) ?? "" }).secret;
    for (const each of [key, secret, "eyJ", controller.adminToken]) expect(log).not.toContain(each);
  }
  expect(second.log()).not.toContain("Deprecation");
}, 240_000);

test("a join that can't work changes nothing on the host, and says why", async () => {
  const [controller, other] = [await testController(), await testController()];
  const folder = temporaryFolder();
  const good = await invite(controller);
  const wrong = writeInvitation({ ...parsed(good), address: other.grpcAddress });
  const away = writeInvitation({ ...parsed(good), address: "127.0.0.1:1" });
  for (const [line, code] of [
    [wrong, "CONTROLLER_CA_WRONG"],
    [away, "CONTROLLER_UNREACHABLE"],
    [good.line.slice(0, -3), "INVITATION_BROKEN"],
  ]) {
    const { exitCode, stdout } = await runCli(["agent", "join", line ?? "", "--json"], { folder });
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([code, code]);
    expect(exitCode).not.toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  }
  expect((await runCli(["agent", "join", good.line, "--name", "host"], { folder })).exitCode).toBe(0);
  const key = readFileSync(join(folder, "agent.key"), "utf8");
  const again = await invite(controller);
  const unasked = await runCli(["agent", "join", again.line, "--json"], { folder });
  expect(unasked).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("JOIN_WOULD_OVERWRITE") });
  const taken = await runCli(["agent", "join", again.line, "--yes", "--json"], { folder });
  expect(taken).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("AGENT_NAME_TAKEN") });
  expect(readFileSync(join(folder, "agent.key"), "utf8")).toBe(key);
  expect(existsSync(join(folder, "agent.key.new"))).toBe(false);
});

/** As agents pin it. */
function specKeyOf({ data }: { data: string }): string {
  const { keys } = JSON.parse(readFileSync(join(data, "spec.key"), "utf8")) as { keys: { publicKey: string }[] };
  return keys.at(-1)?.publicKey ?? "";
}

test("joining keeps the other lines and comments of a configuration", async () => {
  const controller = await testController();
  const folder = temporaryFolder();
  const config = join(folder, "agent.config.yaml");
  writeFileSync(
    config,
    "# ours\nname: mac-1\ncontroller:\n  address: old:1\n  tokenFile: token\nslots: 3 # two Xcodes\n",
  );
  const { line } = await invite(controller);
  expect((await runCli(["agent", "join", "-", "--yes"], { folder, input: `${line}\n` })).exitCode).toBe(0);
  expect(readFileSync(config, "utf8")).toBe(
    `# ours\nname: mac-1\ncontroller:\n  address: ${controller.grpcAddress}\n  caFile: agent.ca.pem\n` +
      `  keyFile: agent.key\nslots: 3 # two Xcodes\ntrust:\n  specKey: ${specKeyOf(controller)}\n`,
  );
  const doctor = await runCli(["doctor", "--json"], { folder });
  const { checks } = JSON.parse(doctor.stdout) as { checks: { id: string; state: string; found: string }[] };
  expect(checks.find(({ id }) => id === "key")).toMatchObject({ state: "ok" });
  expect(checks.find(({ id }) => id === "controller")).toMatchObject({
    found: expect.stringMatching(/takes the key$/),
  });
});
