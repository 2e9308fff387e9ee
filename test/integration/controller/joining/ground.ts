import type { KeyObject } from "node:crypto";
import { expect } from "vitest";
import { OwnKey } from "../../../../src/agent/connection/credentials.ts";
import { makeHostKey } from "../../../../src/agent/connection/host-key.ts";
import { enrollHost } from "../../../../src/agent/joining/enroll.ts";
import { fetchCa } from "../../../../src/agent/joining/fetch-ca.ts";
import { type Failure, toFailure } from "../../../../src/base/errors/millwright-error.ts";
import { type Clock, systemClock } from "../../../../src/base/time/clock.ts";
import type { InvitationRequest, NewInvitation } from "../../../../src/protocol/agent-api.ts";
import type { Agent } from "../../../../src/protocol/api.ts";
import { type InvitationLine, readInvitation } from "../../../../src/protocol/invitation-line.ts";
import type { TestController } from "../../../support/controller.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";

export async function invite(controller: TestController, wish: InvitationRequest = {}): Promise<NewInvitation> {
  const { status, body } = await controller.api("POST", "/agents/invitations", wish);
  expect(status).toBe(201);
  return body as NewInvitation;
}

export function parsed({ line }: { line: string }): InvitationLine {
  const invitation = readInvitation(line);
  if (typeof invitation === "string") throw new Error(invitation);
  return invitation;
}

/** Joins as a host does. */
export async function join(invitation: { line: string }, name: string, key: KeyObject = makeHostKey().key) {
  const line = parsed(invitation);
  return enrollHost(line, await fetchCa(line.address, line.pin), key, name);
}

/** An agent that has joined, with an access token; `fresh` gets it another one. */
export class JoinedAgent extends ScriptedAgent {
  readonly key: KeyObject;
  readonly own: OwnKey;

  private constructor(controller: TestController, key: KeyObject, clock: Clock) {
    super(controller);
    this.key = key;
    this.own = new OwnKey({ key, follow: () => false }, () => this.client, clock);
  }

  static async make(controller: TestController, name: string, clock: Clock = systemClock): Promise<JoinedAgent> {
    const { key } = makeHostKey();
    await join(await invite(controller), name, key);
    return JoinedAgent.withKey(controller, key, clock);
  }

  static async withKey(controller: TestController, key: KeyObject, clock: Clock = systemClock): Promise<JoinedAgent> {
    const agent = new JoinedAgent(controller, key, clock);
    agent.token = await agent.own.token();
    return agent;
  }
}

/** How a promise is refused. */
export async function failureOf(promise: Promise<unknown>, refusalOf: (error: unknown) => Failure | undefined) {
  try {
    await promise;
  } catch (error) {
    return refusalOf(error) ?? toFailure(error);
  }
  throw new Error("it was not refused");
}

export async function shownAgent(controller: TestController, name: string): Promise<Agent> {
  const { agents } = (await controller.api("GET", "/agents")).body as { agents: Agent[] };
  const agent = agents.find((each) => each.name === name);
  if (!agent) throw new Error(`there is no agent ${name}`);
  return agent;
}
