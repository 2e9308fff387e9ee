import { setTimeout as rest } from "node:timers/promises";
import { Random } from "../model/random.ts";
import { Asker } from "./asker.ts";
import { ChangesFollower } from "./changes-follower.ts";
import { Findings } from "./findings.ts";
import { Ground } from "./ground.ts";
import { judgeBuilds } from "./judge-builds.ts";
import { judgeChanges, untilShown } from "./judge-followers.ts";
import { judgeRest } from "./judge-rest.ts";
import { makeTrouble, type Trouble } from "./troubles.ts";

/** All builds and their followers must be through so long after the last trouble: longer than the longest build, many times. */
const END_MS = 300_000;
const SHOWN_MS = 40_000;

export interface Played {
  ground: Ground;
  asker: Asker;
  followers: ChangesFollower[];
  findings: Findings;
}

export interface PlayOptions {
  folder: string;
  cli: string;
  seed: number;
  /** So many builds wait or run at any time; with `total` no more than that are asked for. */
  builds: number;
  total?: number;
  /** The longest build prints for so long. */
  longestMs: number;
  troubles: (random: Random) => readonly Trouble[];
  tell: (text: string) => void;
}

/** Builds under troubles, and what is wrong afterwards. Who calls closes the ground. */
export async function play(options: PlayOptions, opened: (ground: Ground) => void): Promise<Played> {
  const { seed, builds, folder, cli, tell } = options;
  const random = new Random(seed);
  const bucket = random.chance(0.5) ? "" : "&direct=0";
  const ground = await Ground.open({ folder, cli, replicas: 3, slots: Math.ceil(builds / 2), bucket });
  opened(ground);
  tell(`all is up; files of builds go ${bucket === "" ? "from the agents to the bucket" : "through the controllers"}`);
  const asker = new Asker(ground, new Random(seed ^ 0x5eed), `r${seed}`, options.longestMs);
  const followers = ground.replicas.map(() => new ChangesFollower(ground.api));
  const asking = asker.keep(builds, options.total);
  try {
    await Promise.race([makeTrouble(ground, options.troubles(random), tell), asking.then(() => new Promise(() => {}))]);
    asker.stop();
    tell("no more trouble: what was begun comes to its end");
    await asking;
    await untilEnded(ground, asker);
    await untilShown(followers, asker.asked.length, SHOWN_MS);
  } finally {
    asker.stop();
    await Promise.all(followers.map((follower) => follower.stop()));
    for (const { follower } of asker.asked) follower?.stop();
  }
  tell("all have ended: everything is compared");
  const findings = new Findings();
  await judgeBuilds(ground, asker.asked, findings);
  await judgeChanges(ground, followers, findings);
  await judgeRest(ground, findings);
  return { ground, asker, followers, findings };
}

/** Also without an answer for all: what is missing is told by the judges. */
async function untilEnded(ground: Ground, { asked }: Asker): Promise<void> {
  const deadline = Date.now() + END_MS;
  const over = rest(END_MS);
  const live = async () =>
    (await ground.query<{ live: number }>("select count(*) as live from builds where finished_at is null"))[0]?.live;
  while (((await live()) ?? 1) > 0 && Date.now() < deadline) await rest(300);
  const followed = asked.flatMap(({ follower }) => (follower ? [follower.ended] : []));
  await Promise.race([Promise.all(followed), over]);
}
