import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ground, whyNot } from "./ground.ts";
import { type Played, play } from "./play.ts";
import { tailOf } from "./said.ts";
import { plannedTroubles } from "./troubles.ts";

// make replica-faults SECONDS=300 SEED=1 BUILDS=20: kills controllers and PostgreSQL under builds, and says what was lost.
const [seconds = 300, from = 0, builds = 20] = process.argv.slice(2).map(Number);
const seed = from || (Date.now() % 1_000_000) + 1;
const why = whyNot();
if (why) {
  console.error(why);
  process.exit(1);
}
const began = Date.now();
const tell = (text: string) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
console.log(`${seconds} seconds, ${builds} builds at a time, seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), "millwright-replica-faults-"));
let ground: Ground | undefined;
let broken = true;
process.once("SIGINT", () => void clean().then(() => process.exit(130)));
try {
  const played = await play(
    {
      folder,
      cli: join(import.meta.dirname, "../../src/cli/main.js"),
      seed,
      builds,
      longestMs: Math.min(60_000, seconds * 500),
      troubles: (random) => plannedTroubles(random, seconds, 3),
      tell,
    },
    (opened) => {
      ground = opened;
    },
  );
  report(played);
  broken = played.findings.problems.length > 0;
} catch (error) {
  console.log(`it broke: ${(error as Error).stack}`);
}
if (broken) showLogs();
await clean();
if (broken) console.log(`BROKEN. See it again: make replica-faults SECONDS=${seconds} SEED=${seed} BUILDS=${builds}`);
process.exit(broken ? 1 : 0);

function report({ ground: { replicas, httpBalancer, grpcBalancer }, asker, followers, findings }: Played): void {
  const { asked } = asker;
  const { compared, problems } = findings;
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const ways = (way: string) => asked.filter((each) => each.way === way).length;
  const again = sum(asked.map(({ follower }) => follower?.again() ?? 0));
  const streams = sum(followers.map(({ connections }) => connections.length));
  const broke = httpBalancer.seen.broken + grpcBalancer.seen.broken;
  console.log(`
done      ${sum(replicas.map(({ kills }) => kills))} kills of controllers, ${sum(replicas.map((each) => each.failedStarts))} starts that found no store,
          ${sum(replicas.map((each) => each.leads().length)) - 1} takeovers of leadership
balancer  ${httpBalancer.seen.passed} connections for people, ${grpcBalancer.seen.passed} for agents; ${broke} broken, ${httpBalancer.seen.refused + grpcBalancer.seen.refused} refused
asked     ${asked.length} builds; ${asker.unanswered} requests were not answered, ${asked.filter(({ repeated }) => repeated).length} of them made again
followed  ${ways("logs")} by logs --follow, ${ways("deploy")} by deploy build, ${ways("http")} by HTTP, which went on after ${again} breaks;
          ${followers.length} of all builds over ${streams} connections
compared  ${compared.builds} builds, ${compared.attempts} leases, ${compared.logs} logs of ${mib(compared.logBytes)}, ${compared.artifacts} artifacts of ${mib(compared.artifactBytes)}, ${compared.followers} followers

${findings.table()}
`);
  for (const { kind, what } of problems) console.log(`${kind}: ${what}`);
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function showLogs(): void {
  const files = [
    ...(ground?.replicas ?? []).map(({ logFile }) => logFile),
    ...(ground?.hosts ?? []).map((host) => host.program.logFile),
  ];
  for (const file of files) console.log(`--- ${file}\n${tailOf(file, 3000)}`);
}

async function clean(): Promise<void> {
  await ground?.close();
  if (process.env["KEEP"] === "1") console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
