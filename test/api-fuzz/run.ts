import { Agent } from "node:http";
import { Random } from "../model/random.ts";
import { Answers, type Operation, operationsOf } from "./document.ts";
import { Ground, type Target } from "./ground.ts";
import { Oracle } from "./oracle.ts";
import { type Planned, planOf } from "./plan.ts";
import { send } from "./send.ts";
import { snapshotOf } from "./snapshot.ts";

const AT_ONCE = 4;
const MOST_FAULTS = 20;
/** Dead tokens are looked for after so many refusals for want of one. */
const PATIENCE = 3;
/** After so many requests what they removed is made again. */
const RESTOCK = 300;

/** Each looks into a password, encrypts all secrets anew, or waits for others. */
const SLOW = [
  /\/session$/,
  /\/ionic\/login$/,
  /\/me\/password$/,
  /\/keys\/rotate$/,
  /\/ping$/,
  /POST \/oauth\/authorize$/,
];

/** What isn't offered is answered alike for everybody. */
function weightOf({ title, answers }: Operation): number {
  if (SLOW.some((slow) => slow.test(title))) return 1;
  return "404" in answers ? 2 : 10;
}

export interface Tally {
  sent: number;
  statuses: Map<number, number>;
  routes: Map<string, number>;
  faults: string[];
}

/** Sends `count` requests, those of each operation first once; then says what is wrong with the controller. */
export async function fuzz(
  target: Target,
  count: number,
  seed: number,
  onHundred = (_tally: Tally) => {},
): Promise<Tally> {
  const ground = await Ground.make(target, seed);
  const operations = operationsOf(ground.document);
  const before = await snapshotOf(ground);
  const routes = new Map(operations.map(({ title }) => [title, 0]));
  const tally: Tally = { sent: 0, statuses: new Map(), routes, faults: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const run = new Run(ground, operations, tally, agent, seed);
  const workers = Array.from({ length: AT_ONCE }, async () => {
    while (tally.sent < count && tally.faults.length < MOST_FAULTS) {
      await run.next();
      if (tally.sent % 100 === 0) onHundred(tally);
    }
  });
  await Promise.all(workers);
  agent.destroy();
  await lookAfterwards(ground, before, tally);
  return tally;
}

class Run {
  private readonly ground: Ground;
  private readonly tally: Tally;
  private readonly agent: Agent;
  private readonly seed: number;
  private readonly order: Operation[];
  private readonly weighed: Operation[];
  private readonly oracle: Oracle;
  private readonly base: URL;
  private unknown = 0;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(ground: Ground, operations: Operation[], tally: Tally, agent: Agent, seed: number) {
    this.ground = ground;
    this.tally = tally;
    this.agent = agent;
    this.seed = seed;
    this.order = operations;
    this.weighed = operations.flatMap((each) => Array<Operation>(weightOf(each)).fill(each));
    this.oracle = new Oracle(ground, new Answers(ground.document));
    this.base = new URL(ground.target.httpUrl);
  }

  async next(): Promise<void> {
    const number = this.tally.sent++;
    const at = new Random(this.seed * 31 + number).below(this.weighed.length);
    const operation = this.order[number] ?? (this.weighed[at] as Operation);
    await this.refreshing;
    const planned = planOf(this.ground, operation, this.seed, number, number < this.order.length);
    const answer = await send(this.base, this.agent, planned);
    const { statuses, routes, faults } = this.tally;
    const status = typeof answer === "string" ? 0 : answer.status;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (planned.straight) routes.set(operation.title, (routes.get(operation.title) ?? 0) + 1);
    const fault = this.oracle.faultOf(planned, answer);
    if (fault)
      faults.push(
        `${fault}\n${reproduction(planned, this.ground)}\n${typeof answer === "string" ? "" : answer.text.slice(0, 1000)}`,
      );
    if (status === 401 && !["invalid", "nobody"].includes(planned.sender)) this.unknown += 1;
    if (this.unknown > PATIENCE || number % RESTOCK === RESTOCK - 1) this.refresh();
  }

  /** Requests may have ended the senders' logins. */
  private refresh(): void {
    this.unknown = 0;
    const again = () => this.ground.refresh().catch(() => this.ground.refresh()); // what is on its way may end a login anew
    this.refreshing = this.refreshing.then(again).catch((error: unknown) => {
      this.tally.faults.push(`the senders can't log in any more: ${(error as Error).message}`);
    });
  }
}

function reproduction({ number, operation, method, path, headers, body, sender }: Planned, ground: Ground): string {
  const shown = Object.entries(headers).map(
    ([name, value]) => ` -H '${name}: ${name === "authorization" ? `TOKEN OF ${sender}` : value}'`,
  );
  const data = body ? ` --data-binary '${body.toString().slice(0, 2000)}'` : "";
  return `#${number} of ${operation.title}\n  curl --path-as-is -X ${method}${shown.join("")}${data} '${ground.target.httpUrl}${path}'`;
}

async function lookAfterwards(ground: Ground, before: string[], tally: Tally): Promise<void> {
  const after = await snapshotOf(ground);
  const changed = after.filter((line) => !before.includes(line));
  for (const line of changed) {
    const path = line.split(" ")[0];
    tally.faults.push(
      `the other account is not as it was:\n${before.find((each) => each.startsWith(`${path} `))}\n${line}`,
    );
  }
  for (const path of ["/healthz", "/readyz"]) {
    const response = await fetch(`${ground.target.httpUrl}${path}`);
    if (!response.ok) tally.faults.push(`${path} answers ${response.status}`);
  }
}
