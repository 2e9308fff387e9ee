import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { describeApk } from "../demo/android.mjs";
import { git } from "../demo/playground.mjs";
import { androidTest } from "../support/android-kit.ts";
import { serveRepositories } from "../support/git-http.ts";
import { type Ground, KIT, openGround } from "../support/playground.ts";

// Apps that we did not write: the public template with public plugins, as `cordova create` makes them.
const PLUGINS = [
  "cordova-plugin-device@2.1.0",
  "cordova-plugin-network-information@3.0.0",
  "cordova-plugin-dialogs@2.0.2",
];

let ground: Ground;
let close: () => Promise<void>;
let server: Awaited<ReturnType<typeof serveRepositories>>;

beforeAll(async () => {
  ({ ground, close } = await openGround({ kit: KIT && existsSync(KIT) ? KIT : undefined, slots: 2 }));
  server = await serveRepositories(ground.folder);
});
afterAll(async () => {
  await server.close();
  await close();
});

/** `cordova create` with three plugins and a platform version, committed to a bare repository. */
function createApp(name: string, cordova: string, android: string): void {
  const folder = join(ground.folder, name);
  run(
    ground.folder,
    "npx",
    "--yes",
    `cordova@${cordova}`,
    "create",
    name,
    `org.example.${name}`,
    name,
    "--no-telemetry",
  );
  const wanted = [`cordova@${cordova}`, `cordova-android@${android}`, ...PLUGINS];
  run(folder, "npm", "install", "--save-dev", "--no-audit", "--no-fund", ...wanted);
  const manifest = join(folder, "package.json");
  const names = PLUGINS.map((plugin) => plugin.split("@")[0] ?? "");
  const cordovaKey = { platforms: ["android"], plugins: Object.fromEntries(names.map((each) => [each, {}])) };
  run(folder, "npm", "pkg", "set", "--json", `cordova=${JSON.stringify(cordovaKey)}`);
  expect(readFileSync(manifest, "utf8")).toContain("cordova-plugin-dialogs");
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", name);
  git(folder, "clone", "--quiet", "--bare", folder, `${folder}.git`);
}

function run(cwd: string, command: string, ...args: string[]): void {
  const done = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, CI: "1" } });
  expect(done.status, `${command} ${args.join(" ")}\n${done.stdout}\n${done.stderr}`).toBe(0);
}

androidTest(
  "two apps of the public template build at once over HTTP, on cordova-android 8 and 14, and mix no byte",
  async () => {
    const apps = [
      { name: "eight", cordova: "12.0.0", android: "8.1.0" },
      { name: "fourteen", cordova: "13.0.0", android: "14.0.1" },
    ];
    for (const app of apps) createApp(app.name, app.cordova, app.android);
    const builds = apps.map(async ({ name }) => {
      const url = `${server.url}/${name}.git`;
      await ground.millwright(ground.folder, "apps", "add", name, "--git-url", url);
      const output = join(ground.folder, `out-${name}`);
      mkdirSync(output);
      const args = ["package", "build", "android", "debug", "--app", name, "--commit", "main", "--output", output];
      return ground.millwright(ground.folder, ...args);
    });
    const ran = await Promise.all(builds);
    for (const each of ran) expect(each.exit, each.text).toBe(0);

    const done = await Promise.all([ground.build(1), ground.build(2)]);
    const [one, two] = done;
    const overlap = Math.min(...done.map(finished)) - Math.max(...done.map(started));
    expect(overlap, "both ran at the same time").toBeGreaterThan(0);
    expect(one?.agent).toBe(two?.agent);
    for (const { name, android } of apps) {
      const id = done.find((build) => build.app.name === name)?.id ?? 0;
      const other = name === "eight" ? "fourteen" : "eight";
      const log = await ground.log(id);
      expect(log).toContain(android);
      expect(log).not.toContain(`org.example.${other}`);
      expect(log).not.toContain(`/${other}.git`);
      const output = join(ground.folder, `out-${name}`);
      const apk = readdirSync(output).find((file) => file.endsWith(".apk"));
      expect(describeApk(join(output, apk ?? ""), KIT)).toMatchObject({
        package: `org.example.${name}`,
        version: "1.0.0",
      });
    }
  },
);

function started(build: { startedAt?: string }): number {
  return Date.parse(build.startedAt ?? "");
}

function finished(build: { finishedAt?: string }): number {
  return Date.parse(build.finishedAt ?? "");
}
