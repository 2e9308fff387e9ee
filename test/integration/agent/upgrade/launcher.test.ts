import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { preparePrefix } from "../../../../src/agent/releases/place-launcher.ts";
import {
  type Order,
  prefixPaths,
  programOf,
  readVerdict,
  releaseInUse,
  switchTo,
  writeOrder,
} from "../../../../src/agent/releases/prefix.ts";
import { temporaryFolder } from "../../../support/controller.ts";
import { ran } from "../../../support/ran.ts";

const ORDER: Order = { trial: "t1", release: "2.0.0-new", before: "1.0.0-old", tries: 2, good: 2, limit: 3 };
const SESSION = "${process.env.MILLWRIGHT_PREFIX}/state/${process.env.MILLWRIGHT_RELEASE}.session";
/** Says that it is connected, for six seconds. */
const CONNECTED = `let n = 0;
setInterval(() => { n += 1; require("fs").writeFileSync(\`${SESSION}\`, process.pid + " " + n + " 1\\n"); }, 300);
setTimeout(() => process.exit(0), 5000);`;

/** A prefix with two releases, of which the new one is on trial. Each program says who it is, and then does what is given. */
function prefix(
  newOne: string,
  oldOne = "",
): ReturnType<typeof prefixPaths> & { start: (...words: string[]) => ReturnType<typeof ran> } {
  const folder = temporaryFolder();
  const paths = prefixPaths(join(folder, "it's a prefix"));
  writeFileSync(join(folder, "agent.yaml"), "");
  preparePrefix(paths, join(folder, "agent.yaml"));
  for (const [name, script] of [
    [ORDER.release, newOne],
    [ORDER.before, oldOne],
  ] as const) {
    mkdirSync(dirname(programOf(paths, name)), { recursive: true });
    writeFileSync(programOf(paths, name), `console.log("I am ${name}", ...process.argv.slice(2));\n${script}\n`);
  }
  switchTo(paths, ORDER.release);
  writeOrder(paths, ORDER);
  const start = (...words: string[]) => ran(paths.launch, words, { PATH: process.env["PATH"] });
  return { ...paths, start };
}

const SERVICE = ["agent", "--config", "agent.yaml"];

test("a release that ends again and again is given up with its own words, and people never run one on trial", async () => {
  const paths = prefix('if (process.argv[3] !== "check") process.exit(3); else throw new Error("no such file: half");');
  expect((await paths.start(...SERVICE)).stdout).toBe("I am 2.0.0-new agent --config agent.yaml\n");
  expect((await paths.start("--command", "agents")).stdout).toBe("I am 1.0.0-old agents\n");
  expect((await paths.start(...SERVICE)).code).toBe(3);
  const back = await paths.start(...SERVICE);
  expect(back.stdout).toBe("I am 1.0.0-old agent --config agent.yaml\n");
  expect(back.stderr).toContain("going back from 2.0.0-new to 1.0.0-old: it ended 2 times before it was good: ");
  expect(readVerdict(paths, ORDER)).toMatchObject({
    verdict: "back",
    why: expect.stringContaining("no such file: half"),
  });
  expect(releaseInUse(paths)).toBe("1.0.0-old");
  expect((await paths.start(...SERVICE)).stderr).toBe("");

  writeOrder(paths, { ...ORDER, trial: "t2" }); // tried once more, as somebody asked for
  expect((await paths.start(...SERVICE)).stderr).toContain("trying 2.0.0-new (1 of 2)");
});

test("a release that was connected for long enough is good, and its later ends are nobody's trial", async () => {
  const paths = prefix(CONNECTED);
  const { stderr } = await paths.start(...SERVICE);
  expect(stderr).toContain("2.0.0-new is good: connected for");
  const later = await paths.start(...SERVICE);
  expect(later).toMatchObject({ stdout: expect.stringContaining("2.0.0-new"), stderr: "" });
  expect(releaseInUse(paths)).toBe("2.0.0-new");
});

test("a release that never connects is ended when the one before reaches the controller", async () => {
  const paths = prefix("setTimeout(() => {}, 60000);");
  const ended = await paths.start(...SERVICE);
  expect(ended.code).toBeNull();
  expect(ended.stderr).toContain("not connected within 3 seconds, although 1.0.0-old reaches the controller");
  expect((await paths.start(...SERVICE)).stdout).toContain("I am 1.0.0-old agent --config");
});

test("what can't be tried isn't: no room for the count, a folder that is gone, a link to somewhere else", async () => {
  const unwritable = prefix("");
  rmSync(unwritable.state, { recursive: true });
  writeFileSync(unwritable.state, "");
  expect((await unwritable.start(...SERVICE)).stdout).toContain("I am 1.0.0-old");
  const gone = prefix("");
  rmSync(gone.release(ORDER.release), { recursive: true });
  expect((await gone.start(...SERVICE)).stdout).toContain("I am 1.0.0-old");
  expect(readFileSync(gone.verdict(ORDER.release), "utf8")).toContain("why=its folder is gone");
  const astray = prefix("");
  rmSync(astray.current);
  symlinkSync("/etc", astray.current);
  expect(await astray.start(...SERVICE)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("names no release"),
  });
});
