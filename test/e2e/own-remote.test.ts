import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../src/protocol/app-api.ts";
import type { AuditEntry } from "../../src/protocol/audit-api.ts";
import { git, sampleRepository } from "../demo/playground.mjs";
import { unzip } from "../faults/unzip.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround } from "../support/playground.ts";
import { withLogin } from "../support/pushing.ts";

let ground: Ground;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ground, close } = await openGround());
});
afterAll(() => close());

test("git push of a sample app to the controller's own remote starts a deploy build, whose zip holds the built www", async () => {
  const folder = join(ground.folder, "hello");
  sampleRepository(folder);
  git(folder, "remote", "remove", "origin");
  const added = await ground.millwright(folder, "apps", "add", "hello", "--json");
  expect(added.exit, added.text).toBe(0);
  const app = JSON.parse(added.stdout) as App;
  expect((await ground.millwright(folder, "link", "hello", "--yes")).exit).toBe(0);
  const login = withLogin(app.gitUrl, "ann", ground.environment.MILLWRIGHT_TOKEN);
  git(folder, "config", `url.${login}.insteadOf`, app.gitUrl);
  git(folder, "push", "--quiet", "millwright", "main");

  const hasEnded = async () => ["success", "failed"].includes((await ground.build(1)).status);
  await eventually("the build ends", hasEnded, 300_000);
  const build = await ground.build(1);
  expect(build, JSON.stringify(build.failure)).toMatchObject({ status: "success", kind: "deploy" });
  expect(build.commitSha).toBe(git(folder, "rev-parse", "HEAD"));
  const got = await ground.millwright(ground.folder, "download", "1", "--output", join(ground.folder, "out"));
  expect(got.exit, got.text).toBe(0);
  const zip = build.artifacts.find(({ name }) => name.endsWith(".zip"));
  const files = await unzip(readFileSync(join(ground.folder, "out", zip?.name ?? "")));
  expect([...files.keys()]).toContain("index.html");

  const { stdout } = await ground.millwright(folder, "audit", "--build", "1", "--json");
  const { entries } = JSON.parse(stdout) as { entries: AuditEntry[] };
  expect(entries.at(-1)).toMatchObject({ action: "asked for", actor: "push" });
  const used = { action: "used", kind: "app", attempt: 1, step: "fetch" };
  expect(entries).toContainEqual(expect.objectContaining(used));

  const log = await ground.log(1);
  expect(log).toContain(build.commitSha);
  expect(log).not.toContain(ground.environment.MILLWRIGHT_TOKEN);
  const linked = await ground.millwright(folder, "deploy", "build", "--no-download"); // the app is known by its link
  expect(linked.exit, linked.text).toBe(0);
  expect(await ground.log(2)).toContain("nothing to fetch");
});
