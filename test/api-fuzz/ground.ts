import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../model/random.ts";
import { type FilledAccount, fillAccount, PASSWORD } from "./account.ts";
import { IdleAgent } from "./agent.ts";
import { type Ask, askAs } from "./ask.ts";
import type { ApiDocument } from "./document.ts";
import { restock } from "./restock.ts";

/** A controller to send requests to. */
export interface Target {
  httpUrl: string;
  grpcAddress: string;
  data: string;
}

/** Who sends a request; `operator` may read everything. */
export type Sender = "admin" | "builder" | "reader" | "viewer" | "operator" | "invalid" | "nobody";

/** The options that a controller needs for long runs: agents that stay away lose no builds, addresses are told by a header. */
export const PATIENT = {
  trustedProxies: ["127.0.0.1"],
  timing: { lostMs: 1e9, suspectMs: 1e9, leaseTtlMs: 1e9, offerMs: 1e9, webhookTimeoutMs: 2_000, sweepMs: 60_000 },
};

export class Ground {
  readonly target: Target;
  readonly document: ApiDocument;
  readonly mine: FilledAccount;
  readonly others: FilledAccount;
  /** Words of the other account, in lower case. */
  readonly markers: string[];
  readonly operator: Ask;
  private readonly tokens: Partial<Record<Sender, string>>;

  private constructor(
    made: Pick<Ground, "target" | "document" | "mine" | "others" | "markers" | "operator">,
    token: string,
  ) {
    this.target = made.target;
    this.document = made.document;
    this.mine = made.mine;
    this.others = made.others;
    this.markers = made.markers;
    this.operator = made.operator;
    this.tokens = { operator: token, invalid: "not-a-token" };
  }

  static async make(target: Target, seed: number): Promise<Ground> {
    const random = new Random(seed);
    const word = () => Array.from({ length: 12 }, () => "bcdfghjkmnpqrstvwxz"[random.below(19)]).join("");
    const read = (name: string) => readFileSync(join(target.data, name), "utf8").trim();
    const operator = askAs(target.httpUrl, read("admin.token"));
    const agent = new IdleAgent(target.grpcAddress, read("agent.token"), join(target.data, "ca.pem"));
    try {
      await agent.open();
      const marks: string[] = [];
      const mark = () => `${marks[marks.push(`zq${word()}`) - 1]}`;
      const others = await fillAccount(target.httpUrl, operator, agent, mark);
      const mine = await fillAccount(target.httpUrl, operator, agent, () => `my${word()}`);
      const document = (await (await fetch(`${target.httpUrl}/openapi.json`)).json()) as ApiDocument;
      const markers = [...marks, ...others.secrets].map((each) => each.toLowerCase());
      const ground = new Ground({ target, document, mine, others, markers, operator }, read("admin.token"));
      await ground.refresh();
      return ground;
    } finally {
      agent.close();
    }
  }

  tokenOf(sender: Sender): string | undefined {
    return this.tokens[sender];
  }

  /** Requests may have ended logins and taken roles away: what is missing is made again. */
  async refresh(): Promise<void> {
    const { httpUrl } = this.target;
    const { mine } = this;
    const [, viewer = ""] = mine.names["user"] ?? [];
    this.tokens.admin = await this.login(mine.admin, "admin");
    // The viewer tries wrong passwords: the login may have to wait.
    this.tokens.viewer = await this.login(viewer, "viewer").catch(() => "not-a-token-now");
    const admin = askAs(httpUrl, this.tokens.admin);
    // With a login of its own: requests that are on their way may end those of the senders.
    await restock(askAs(httpUrl, await this.login(mine.admin, "admin")), mine);
    const personal = async (scopes: string[]) =>
      (await admin<{ token: string }>("POST", "/tokens", { name: "fuzz", scopes, account: mine.id })).token;
    this.tokens.builder = await personal(["build"]);
    this.tokens.reader = await personal(["read"]);
  }

  private async login(email: string, role: string): Promise<string> {
    const { mine, operator } = this;
    const ask = askAs(this.target.httpUrl, undefined);
    const body = { email, password: PASSWORD };
    await operator("PATCH", `/users/${email}`, { disabled: false, operator: false });
    await operator("PUT", `/accounts/${mine.id}/members/${email}`, { role });
    const login = () => ask<{ token: string }>("POST", "/session", body);
    const again = async () => {
      await operator("PATCH", `/users/${email}`, { password: PASSWORD });
      return login();
    };
    return (await login().catch(again)).token;
  }
}
