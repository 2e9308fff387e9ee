import { join } from "node:path";
import { wait } from "../../../src/base/time/wait.ts";
import { eventually } from "../../support/eventually.ts";
import { atMost } from "../goal.ts";
import { Millwright } from "../millwright.ts";
import { preparedWith } from "../opened.ts";
import { makeRepository, trivialApp } from "../repository.ts";
import type { Row } from "../row.ts";

const OURS = "Millwright";
const REST_MS = 700;
/** So many files lie in the commit's platforms/: none of them is written to the disk of the agent. */
const COMMITTED = 2_000;

export const REJECT: Row = {
  name: "reject",
  measures: "build of a commit with platforms/: request answered → a follower has seen it fail with its explanation",
  unit: "ms",
  rounds: 30,
  goals: [atMost({ says: "p50 ≤ 300 ms", of: OURS, limit: 300 })],
  prepare: (folder) =>
    preparedWith(async (opened) => {
      const millwright = opened.add(await Millwright.start(folder));
      await millwright.addApp("app", makeRepository(join(folder, "app.git"), committedPlatforms()));
      const reject = async () => {
        const build = await millwright.ask("app");
        const answered = performance.now();
        const { status, failure } = await millwright.ended(build);
        const took = performance.now() - answered;
        if (failure?.code !== "COMMITTED_PLATFORMS") throw new Error(`it ended as ${status}: ${failure?.what}`);
        return [took];
      };
      const measure = async () => {
        await eventually("the agent is idle", () => millwright.isIdle());
        await wait(REST_MS);
        return reject();
      };
      await reject();
      return {
        ways: [{ name: OURS, measure }],
        missing: [],
        notes: [
          `The mirror has the commit, with ${COMMITTED} files below platforms/; ${REST_MS} ms of rest before each request.`,
          "There is nobody to compare with: others look at nothing before the checkout, and fail minutes later in cordova or build what is stale.",
        ],
      };
    }),
};

function committedPlatforms(): Record<string, string> {
  const files = trivialApp({ install: "true", build: "true" });
  for (let number = 0; number < COMMITTED; number += 1) {
    files[`platforms/android/app/src/main/assets/www/${number}.js`] = `export const number = ${number};\n`;
  }
  return {
    ...files,
    "config.xml": '<widget id="dev.millwright.rejected" version="1.0.0"><name>Rejected</name></widget>\n',
  };
}
