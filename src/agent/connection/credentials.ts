import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ServiceError, status } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Clock } from "../../base/time/clock.ts";
import { writeAssertion } from "../../protocol/key-assertion.ts";
import { type ControllerClient, call, type Unary } from "./controller-client.ts";
import { type HeldKey, HostKey } from "./host-key.ts";
import { isFinal, refusalOf } from "./refusals.ts";

/** A token is renewed when so much of its life is over. */
const RENEWED_AT = 0.6;

/** What this agent shows at each call that isn't under a lease. */
export interface AgentCredentials {
  /** Rejects with gRPC's own error when there is none to be had. */
  token(): Promise<string>;
  /** That token was refused; answers whether another one is worth a try. */
  refused(token: string): boolean;
}

/** The token that agents share. */
export class SharedToken implements AgentCredentials {
  private readonly shared: string;

  constructor(token: string) {
    this.shared = token;
  }

  async token(): Promise<string> {
    return this.shared;
  }

  refused(): boolean {
    return false;
  }
}

interface AccessToken {
  token: string;
  /** On the monotonic clock, from before it was asked for. */
  from: number;
  lifeMs: number;
}

/** Access tokens of some minutes, given out for signatures of the host's own key. */
export class OwnKey implements AgentCredentials {
  readonly held: HeldKey;
  /** The controller says that the key is old. */
  onOld: () => void = () => {};
  private readonly client: () => Pick<ControllerClient, "enrollment">;
  private readonly clock: Clock;
  private current: AccessToken | undefined;
  private asking: Promise<AccessToken> | undefined;

  constructor(held: HeldKey, client: () => Pick<ControllerClient, "enrollment">, clock: Clock) {
    this.held = held;
    this.client = client;
    this.clock = clock;
  }

  /** A token that can't be renewed in time is shown as long as it is good. */
  async token(): Promise<string> {
    const { current } = this;
    const age = current ? (this.clock.monotonic() - current.from) / current.lifeMs : 1;
    if (current && age < RENEWED_AT) return current.token;
    try {
      this.asking ??= this.ask();
      this.current = await this.asking;
      return this.current.token;
    } catch (error) {
      if (current && age < 1 && !isFinal(error)) return current.token;
      throw error;
    } finally {
      this.asking = undefined;
    }
  }

  refused(token: string): boolean {
    if (this.current?.token === token) this.current = undefined;
    return true;
  }

  /** The key may have been replaced since it was read. */
  private async ask(): Promise<AccessToken> {
    const { key } = this.held;
    try {
      return await this.askWith(key);
    } catch (error) {
      if (refusalOf(error)?.code !== "AGENT_KEY_REPLACED" || !this.held.follow(key)) throw error;
      return this.askWith(this.held.key);
    }
  }

  private async askWith(key: KeyObject): Promise<AccessToken> {
    const from = this.clock.monotonic();
    const { enrollment } = this.client();
    const request = { assertion: writeAssertion(key, this.clock.now()) };
    const answer = await call(enrollment.getAccessToken.bind(enrollment), request, "");
    if (answer.rotateKey) this.onOld();
    return { token: answer.accessToken, from, lifeMs: answer.validForMs };
  }
}

/** As the configuration says. Throws AGENT_KEY_UNUSABLE, or AGENT_REFUSED when the shared token can't be read. */
export function readCredentials(
  { keyFile, tokenFile }: { keyFile: string; tokenFile: string },
  client: () => ControllerClient,
  clock: Clock,
): AgentCredentials {
  if (keyFile !== "") return new OwnKey(new HostKey(keyFile), client, clock);
  try {
    return new SharedToken(readFileSync(tokenFile, "utf8").trim());
  } catch (cause) {
    const reason = `The agent token can't be read: ${(cause as Error).message}.`;
    throw errorOf("AGENT_REFUSED", { reason }, { cause });
  }
}

/** `call` under the agent's token; once more under a new one when it was refused as unknown or expired. */
export async function callAsAgent<Q, A>(
  method: Unary<Q, A>,
  request: Q,
  credentials: AgentCredentials,
  deadlineMs?: number,
): Promise<A> {
  const token = await credentials.token();
  try {
    return await call(method, request, token, deadlineMs);
  } catch (error) {
    const expired = (error as ServiceError).code === status.UNAUTHENTICATED && !isFinal(error);
    if (!expired || !credentials.refused(token)) throw error;
    return call(method, request, await credentials.token(), deadlineMs);
  }
}
