import { resolve } from "node:path";
import { COURSES, play } from "./courses.ts";
import { buildOlderRelease, OLDER, whyNoOlderRelease } from "./older-release.ts";

// make test-skew [LONG=90]: agents and controllers of the release before with those of today, and upgrades of each side
// while a build of so many seconds runs.
const ms = Number(process.argv[2] ?? 90) * 1000;
const why = whyNoOlderRelease();
if (why !== undefined) {
  console.log(`SKIPPED: ${why}`);
  process.exit(0);
}
console.log(`compiling the release before, ${OLDER.slice(0, 12)}`);
const commands = { older: buildOlderRelease(), newer: resolve("dist/cli/main.js") };
let broken = 0;
let close: () => Promise<unknown> = async () => {};
process.once("SIGINT", () => void close().then(() => process.exit(130)));
for (const course of COURSES) {
  const began = Date.now();
  console.log(`\n${course.name}`);
  const problems = await play(
    course,
    commands,
    ms,
    (step) => console.log(`  ${step}`),
    (fleet) => {
      close = () => fleet.close();
    },
  );
  broken += problems.length;
  for (const problem of problems) console.log(`  BROKEN: ${problem.replaceAll("\n", "\n    ")}`);
  console.log(`  ${problems.length === 0 ? "ok" : "BROKEN"}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
console.log(broken === 0 ? "\nno skew between the releases" : `\n${broken} problems`);
process.exit(broken > 0 ? 1 : 0);
