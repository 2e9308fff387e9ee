import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { git } from "../demo/playground.mjs";
import { eventually } from "./eventually.ts";
import { IONIC_CLIS, type Running } from "./ionic-clis.ts";
import { type IonicGround, PASSWORD, type Person, XCODE } from "./ionic-ground.ts";
import type { Ran } from "./playground.ts";

/** What a person does with one of the CLIs, and what has to come of it. Each may be called once for each person. */

export async function logsInByPassword(person: Person): Promise<void> {
  person.useStoredLogin();
  const wrong = await person.run(person.folder, ["login", person.email, "not this"]);
  expectFailure(wrong, /Incorrect email or password/);
  const right = await person.run(person.folder, ["login", person.email, PASSWORD]);
  expect(right.exit, right.text).toBe(0);
  expect(person.config()).toMatchObject({ "user.email": person.email, "tokens.user": expect.any(String) });
}

/** One person at a time: the CLIs wait for the browser at a port of their own. */
export async function logsInByBrowser(ground: IonicGround, person: Person): Promise<void> {
  const browser = join(person.folder, "browser.sh");
  const script = fileURLToPath(new URL("ionic-browser.mjs", import.meta.url));
  writeFileSync(browser, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$1"\n`, { mode: 0o755 });
  const login = { LOGIN_EMAIL: person.email, LOGIN_PASSWORD: PASSWORD, BROWSER: browser };
  person.useStoredLogin();
  const ran = await person.run(person.folder, ["login", "--confirm"], login);
  expect(ran.exit, ran.text).toBe(0);
  const stored = {
    "user.email": person.email,
    "tokens.user": expect.any(String),
    "tokens.refresh": expect.any(String),
  };
  expect(person.config()).toMatchObject(stored);
  expect(await statusOfSelf(ground, person.config()["tokens.user"])).toBe(200);
}

/** After a login by browser: the CLI gets new tokens by itself, and keeps the refresh token of the first day for ever. */
export async function staysLoggedIn(ground: IonicGround, person: Person): Promise<void> {
  const folder = ground.clone(person, "light");
  for (const day of ["first", "second", "third"]) {
    const { "tokens.user": token } = person.config();
    person.configure({ "tokens.issuedOn": new Date(Date.now() - 86_400_000).toJSON() });
    const ran = await person.run(folder, ["git", "remote"]);
    expect(ran.exit, `${day} day: ${ran.text}`).toBe(0);
    expect(person.config()["tokens.user"]).not.toBe(token);
  }
}

/** After a login; what the CLI had is good for nothing from then on. */
export async function logsOut(ground: IonicGround, person: Person): Promise<void> {
  const token = person.config()["tokens.user"];
  expect(await statusOfSelf(ground, token)).toBe(200);
  const ran = await person.run(person.folder, ["logout"]);
  expect(ran.exit, ran.text).toBe(0);
  expect(person.config()["tokens.user"]).toBeUndefined();
  if (IONIC_CLIS[person.version].tellsLogout) expect(await statusOfSelf(ground, token)).toBe(401);
}

async function statusOfSelf({ environment }: IonicGround, token: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${environment.MILLWRIGHT_URL}/ionic/users/self`, { headers })).status;
}

export async function isRefusedWithBadToken(ground: IonicGround, person: Person): Promise<void> {
  const folder = ground.clone(person, "light");
  const command = IONIC_CLIS[person.version].packages ? ["package", "build", "android", "debug"] : ["git", "remote"];
  expectFailure(await person.run(folder, command, { IONIC_TOKEN: "nonsense" }), /Invalid auth token/);
}

export async function linksAnAppAndItsRemote(ground: IonicGround, person: Person): Promise<void> {
  const id = ground.apps.own;
  const folder = ground.clone(person, "light", false);
  expectFailure(await person.run(folder, ["link", "a0000000"]), /There is no app a0000000/);
  const linked = await person.run(folder, ["link", id]);
  expect(linked.exit, linked.text).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, "ionic.config.json"), "utf8"))).toMatchObject({ id });
  const remote = await person.run(folder, ["git", "remote"]);
  expect(remote.exit, remote.text).toBe(0);
  expect(git(folder, "remote", "get-url", "ionic")).toBe(`${ground.environment.MILLWRIGHT_URL}/git/${id}.git`);
}

/** Names that don't exist are answered with those that do, at once and without a build. */
export async function isToldWhichNamesExist(ground: IonicGround, person: Person): Promise<void> {
  const folder = ground.clone(person, "light");
  const refused = async (options: string[], message: RegExp) =>
    expectFailure(await person.run(folder, ["package", "build", ...options]), message);
  await refused(["ios", "development", "--security-profile=Nobody"], /no security profile Nobody\b.*Team/s);
  await refused(["android", "debug", "--environment=greeting"], /no environment greeting\b.*Greeting/s);
  await refused(["android", "debug", "--native-config=Nothing"], /no native config Nothing\b.*Shop/s);
  await refused(["android", "debug", "--target-platform=Nowhere"], /no target platform Nowhere\b/);
  await refused(["ios", "development"], /security profile/);
}

export async function buildsAndroid(ground: IonicGround, person: Person, type: "debug" | "release"): Promise<string> {
  const folder = ground.clone(person, "hello");
  const options = type === "release" ? ["--security-profile=Keystore"] : [];
  const ran = await person.run(folder, ["package", "build", "android", type, ...options]);
  expectSuccess(ran, ["▸ Build with Cordova", "Built the following apk", "Build succeeded in"]);
  expect(filesOf(folder)).toEqual([`hello-1.2.3-${type}.apk`]);
  return join(folder, `hello-1.2.3-${type}.apk`);
}

/** With every option that there is. */
export async function buildsIos(ground: IonicGround, person: Person): Promise<string> {
  const folder = ground.clone(person, "light");
  const commit = git(folder, "rev-parse", "HEAD");
  writeFileSync(join(folder, "unpushed.txt"), "a commit that isn't built");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "Not pushed");
  const settings = ["--security-profile=Team", "--environment=Greeting", "--native-config=Shop"];
  const which = [`--commit=${commit}`, `--target-platform=${XCODE}`, "--build-file-name=mine.ipa"];
  // With this name every file would overwrite the last: those that know types ask for one.
  const one = IONIC_CLIS[person.version].artifactTypes ? ["--artifact-type=ipa"] : [];
  const ran = await person.run(folder, ["package", "build", "ios", "development", ...settings, ...which, ...one]);
  expectSuccess(ran, ["Xcode 26.0", "Build succeeded in", "Security Profile", "Team", "Greeting", "Shop", XCODE]);
  expect(filesOf(folder)).toEqual(["mine.ipa"]);
  return join(folder, "mine.ipa");
}

export async function buildsTheWeb(ground: IonicGround, person: Person): Promise<string | undefined> {
  const folder = ground.clone(person, "light");
  const ran = await person.run(folder, ["deploy", "build", "--environment=Greeting"]);
  expectSuccess(ran, ["the web build of ▸", "Build succeeded in"]);
  if (!IONIC_CLIS[person.version].artifactTypes) return undefined;
  expect(filesOf(folder)).toEqual(["light-www.zip"]);
  return join(folder, "light-www.zip");
}

export async function seesWhyABuildFailed(ground: IonicGround, person: Person): Promise<void> {
  const folder = ground.clone(person, "light");
  const ran = await person.run(folder, ["package", "build", "android", "debug", "--environment=Broken"]);
  expectFailure(ran, /SyntaxError: it was told to fail.*Why: .*Next: .*Code: .*Build failed/s);
  expect(filesOf(folder)).toEqual([]);
}

/** Of a build that never ends by itself, while the CLI follows it. */
export async function seesACancel(ground: IonicGround, person: Person): Promise<void> {
  const endless = ["package", "build", "android", "debug", "--environment=Endless"];
  const following = person.start(ground.clone(person, "light"), endless);
  const id = await buildIdOf(following);
  await eventually("the CLI shows the log", () => following.text().includes("the web build of"), 120_000);
  await ground.api("POST", `/builds/${id}/cancel`);
  expectFailure(await following.ended, /Build (failed|canceled)/);
}

/** In an account with a limit of one build. */
export async function waitsForTheLimit(ground: IonicGround, person: Person): Promise<void> {
  const build = (environment: string) =>
    person.start(ground.clone(person, "small"), [
      "package",
      "build",
      "android",
      "debug",
      `--environment=${environment}`,
    ]);
  const first = build("Endless");
  const id = await buildIdOf(first);
  await eventually("the first build runs", async () => (await ground.build(id)).status === "running", 120_000);
  const second = build("Broken");
  const next = await buildIdOf(second);
  await eventually("the CLI speaks of the limit", () => second.text().includes("Concurrency limit reached"), 60_000);
  expect((await ground.build(next)).status).toBe("pending");
  await ground.api("POST", `/builds/${id}/cancel`);
  expectFailure(await first.ended, /Build (failed|canceled)/);
  const ran = await second.ended;
  expectFailure(ran, /it was told to fail.*Build failed/);
  expect(ran.text.split("Concurrency limit reached")).toHaveLength(2);
}

async function buildIdOf(following: Running): Promise<number> {
  const id = () => /Build ID\s*:\s*(\d+)/.exec(following.text())?.[1];
  return Number(await eventually(`the CLI says the number of its build`, id, 60_000));
}

function expectSuccess(ran: Ran, lines: readonly string[]): void {
  expect(ran.exit, ran.text).toBe(0);
  for (const line of lines) expect(ran.text).toContain(line);
}

function expectFailure(ran: Ran, message: RegExp): void {
  expect(ran.exit, ran.text).toBe(1);
  expect(ran.text.replace(/\s+/g, " ")).toMatch(message);
}

/** What the CLI downloaded. */
function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.(apk|aab|ipa|zip|bin)\b/i.test(name)) : [];
}
