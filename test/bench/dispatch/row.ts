import { join } from "node:path";
import { wait } from "../../../src/base/time/wait.ts";
import { Buildbot } from "../buildbot/buildbot.ts";
import { atMost } from "../goal.ts";
import { preparedWith } from "../opened.ts";
import { figuresOf, type Row } from "../row.ts";
import { type Ask, askBuildbot, askMillwright } from "./asks.ts";

const OURS = "Millwright";
const BUILDBOT = "Buildbot";
/** Nothing is done for so long before a build is asked for. */
const REST_MS = 700;

export const DISPATCH: Row = {
  name: "dispatch",
  measures: "build request answered → first command of the build runs, on an idle agent that has built before",
  unit: "ms",
  rounds: 30,
  goals: [
    atMost({ says: "p50 ≤ 15 ms", of: OURS, limit: 15 }),
    atMost({ says: "p95 ≤ 30 ms", of: OURS, figure: "p95", limit: 30 }),
    atMost({ says: "p50 ≤ 0.15 × Buildbot", of: OURS, limit: 0.15, beside: BUILDBOT }),
  ],
  prepare: (folder) =>
    preparedWith(async (opened) => {
      const { first, own } = await askMillwright(join(folder, "millwright"), opened);
      const asks = new Map<string, Ask>([
        [OURS, first],
        [`${OURS}, app's command`, own],
      ]);
      const { missing } = Buildbot;
      if (missing === undefined) asks.set(BUILDBOT, await askBuildbot(join(folder, "buildbot"), opened));
      const fromRequest = new Map<string, number[]>([...asks.keys()].map((name) => [name, []]));
      const ways = [...asks].map(([name, ask]) => ({
        name,
        measure: async () => {
          await wait(REST_MS);
          const { sent, answered, began } = await ask();
          fromRequest.get(name)?.push(began - sent);
          return [began - answered];
        },
      }));
      return {
        ways,
        missing: missing === undefined ? [] : [{ name: BUILDBOT, why: missing }],
        get notes() {
          return notesOf(fromRequest, missing === undefined ? Buildbot.version : "");
        },
      };
    }),
};

function notesOf(fromRequest: ReadonlyMap<string, number[]>, version: string): string[] {
  const medians = [...fromRequest].map(([name, values]) => `${name} ${figuresOf(values).median.toFixed(1)} ms`);
  return [
    "The command writes its time itself, by `date`. Millwright's first is git, which fetches; the app's own comes after fetch, inspection and checkout. Buildbot's step is that command, without a checkout.",
    `Deploy builds, SQLite, TLS, one slot; ${REST_MS} ms of rest before each request.`,
    `From the sending of the request, medians: ${medians.join(", ")}.`,
    ...(version ? [version] : []),
  ];
}
