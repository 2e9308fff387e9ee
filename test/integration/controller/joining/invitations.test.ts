import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeHostKey } from "../../../../src/agent/connection/host-key.ts";
import { refusalOf } from "../../../../src/agent/connection/refusals.ts";
import { fetchCa } from "../../../../src/agent/joining/fetch-ca.ts";
import type { Invitation } from "../../../../src/protocol/agent-api.ts";
import type { AuditEntry } from "../../../../src/protocol/audit-api.ts";
import { writeInvitation } from "../../../../src/protocol/invitation-line.ts";
import { storeHolds, type TestController, testController } from "../../../support/controller.ts";
import { person } from "../../../support/people.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";
import { refusal } from "../refusal.ts";
import { failureOf, invite, join, parsed, shownAgent } from "./ground.ts";

const HOUR_MS = 3_600_000;

/** A controller whose clock goes ahead when it is told to. */
async function movable(): Promise<{ controller: TestController; ahead: (ms: number) => void }> {
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs };
  const controller = await testController({}, undefined, undefined, { clock });
  return {
    controller,
    ahead: (ms) => {
      aheadMs += ms;
    },
  };
}

const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise, refusalOf)).code;

test("an invitation lets one host join, under the name that the host says", async () => {
  const controller = await testController();
  const invitation = await invite(controller);
  expect(invitation).toMatchObject({ uses: 1, used: 0, createdBy: "admin" });
  expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)).toBe(HOUR_MS);
  expect(parsed(invitation).address).toBe(controller.grpcAddress);
  const { key } = makeHostKey();
  const joined = await join(invitation, "host-1", key);
  expect(joined).toMatchObject({ agentName: "host-1", caPem: readFileSync(controller.caFile ?? "", "utf8") });
  expect(await join(invitation, "host-1", key)).toEqual(joined); // the answer was lost, and it asks again
  expect(await codeOf(join(invitation, "host-2"))).toBe("INVITATION_USED");
  expect(await shownAgent(controller, "host-1")).toMatchObject({
    state: "offline",
    key: { joinedAt: expect.any(String) },
  });
  expect((await controller.api("GET", "/agents/invitations")).body).toEqual({ invitations: [] });
});

test("expired, withdrawn, unknown and misnamed invitations are refused, each with its own code", async () => {
  const { controller, ahead } = await movable();
  const named = await invite(controller, { name: "mac-1", ttlSeconds: 60 });
  expect(await codeOf(join(named, "mac-2"))).toBe("INVITATION_NAME_FIXED");
  const withdrawn = await invite(controller);
  const list = (await controller.api("GET", "/agents/invitations")).body as { invitations: Invitation[] };
  expect(list.invitations.map(({ id }) => id).sort()).toEqual([named.id, withdrawn.id].sort());
  expect((await controller.api("DELETE", `/agents/invitations/${withdrawn.id}`)).status).toBe(204);
  expect(await codeOf(join(withdrawn, "host"))).toBe("INVITATION_UNKNOWN");
  expect(await refusal(controller, "DELETE", `/agents/invitations/${withdrawn.id}`)).toMatchObject({ status: 404 });
  const guessed = { line: writeInvitation({ ...parsed(named), secret: "x".repeat(43) }) };
  expect(await codeOf(join(guessed, "host"))).toBe("INVITATION_UNKNOWN");
  ahead(61_000);
  expect(await codeOf(join(named, "mac-1"))).toBe("INVITATION_EXPIRED");
});

test("an invitation for several hosts ends with the last; a name belongs to one host", async () => {
  const controller = await testController();
  const invitation = await invite(controller, { uses: 2 });
  await join(invitation, "host-1");
  const taken = await failureOf(join(invitation, "host-1"), refusalOf);
  expect(taken).toMatchObject({ code: "AGENT_NAME_TAKEN", next: expect.stringContaining("agents revoke host-1") });
  await join(invitation, "host-2");
  expect(await codeOf(join(invitation, "host-3"))).toBe("INVITATION_USED");
});

test("a host whose clock is far off is told so", async () => {
  const { controller, ahead } = await movable();
  ahead(20 * 60_000);
  const failure = await failureOf(join(await invite(controller), "host"), refusalOf);
  expect(failure).toMatchObject({ code: "CLOCK_WRONG", what: expect.stringContaining("behind") });
});

test("a controller with another CA is refused before it is told the secret", async () => {
  const [real, other] = [await testController(), await testController()];
  const invitation = await invite(real);
  const astray = { line: writeInvitation({ ...parsed(invitation), address: other.grpcAddress }) };
  const failure = await failureOf(join(astray, "host"), refusalOf);
  expect(failure.code).toBe("CONTROLLER_CA_WRONG");
  expect(JSON.stringify(failure)).not.toContain(parsed(invitation).secret);
  await join(invitation, "host"); // nobody else has used it
});

test("what doesn't answer, or speaks no TLS, is unreachable", async () => {
  const deaf = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void deaf.close());
  const { port } = deaf.address() as { port: number };
  for (const address of [`127.0.0.1:${port}`, "127.0.0.1:1"]) {
    expect(await codeOf(fetchCa(address, Buffer.alloc(32)))).toBe("CONTROLLER_UNREACHABLE");
  }
});

test("only operators invite; wishes are checked; without TLS nobody can be invited", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { default: "admin" });
  expect((await anna.api("POST", "/agents/invitations", {})).status).toBe(403);
  expect((await anna.api("GET", "/agents/invitations")).status).toBe(403);
  for (const wish of [{ ttlSeconds: 86_401 }, { uses: 0 }, { name: "a", uses: 2 }, { more: 1 }]) {
    expect(await refusal(controller, "POST", "/agents/invitations", wish)).toMatchObject({ code: "REQUEST_INVALID" });
  }
  const plain = await testController({}, undefined, undefined, { insecureGrpc: true });
  expect(plain.caFile).toBeUndefined();
  expect(await refusal(plain, "POST", "/agents/invitations", {})).toMatchObject({
    code: "JOIN_NEEDS_TLS",
    status: 409,
  });
  await new ScriptedAgent(plain).open();
});

test("secrets of invitations rest nowhere, and the audit tells who invited and who joined", async () => {
  const controller = await testController();
  const used = await invite(controller);
  const { key, pem } = makeHostKey();
  await join(used, "host-1", key);
  const open = await invite(controller, { name: "host-2" });
  const { entries } = (await controller.api("GET", "/audit")).body as { entries: AuditEntry[] };
  expect(entries.map(({ kind, action, name, actor }) => [kind, action, name, actor])).toEqual([
    ["invitation", "written", open.id, "admin"],
    ["agent", "written", "host-1", "host-1"],
    ["invitation", "written", used.id, "admin"],
  ]);
  await controller.close();
  const holds = await storeHolds(controller.data);
  expect(holds("host-1")).toBe(true);
  for (const secret of [parsed(used).secret, parsed(open).secret, pem.split("\n")[1] ?? ""]) {
    expect(holds(secret)).toBe(false);
  }
});
