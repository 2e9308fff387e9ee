import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/base/ids.ts";
import type { ProfileRequest } from "../../src/protocol/api.ts";
import { git, sampleRepository } from "../demo/playground.mjs";
import { makeIdentity } from "../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../fakes/apple/certificates/p12.ts";
import { installFakeMac } from "../fakes/apple/install.ts";
import { makeProfile } from "../fakes/apple/profiles/make-profile.ts";
import { IonicUser, type IonicVersion, installIonicClis } from "./ionic-clis.ts";
import { type Ground, KIT, openGround } from "./playground.ts";
import { keystore } from "./signing-files.ts";

export const PASSWORD = "correct horse 1";
export const XCODE = "macOS - 2026.10 (Xcode 26.0)";
const BUNDLE_ID = "com.example.hello";

/** A request to /api/v1, as the admin. Fails unless it succeeds. */
type Api = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: never }>;

export type Person = IonicUser & { email: string };

/** `hello` depends on Cordova, `light` on nothing; `small` is `light` in an account with a limit of one; `own` has no git host. */
type AppName = "hello" | "light" | "small" | "own";

/** Everything that the tests of the Ionic CLIs build with: a controller and a real agent on a faked Mac with Gradle. */
export interface IonicGround extends Ground {
  apps: Record<AppName, string>;
  /** A person with their CLI, who shows a token of theirs in IONIC_TOKEN unless a run says otherwise. */
  person(version: IonicVersion): Promise<Person>;
  /** A clone of an app in which the CLI runs. */
  clone(person: Person, app: AppName, linked?: boolean): string;
  api: Api;
}

/** Opens it with those CLIs installed. `close` ends all and removes it. */
export async function openIonicGround(versions?: readonly IonicVersion[]) {
  const installed = installIonicClis(versions);
  const own = mkdtempSync(join(tmpdir(), "millwright-ionic-"));
  const mac = installFakeMac(join(own, "mac"), { xcodes: [{ version: "16.2" }, { version: "26.0" }] });
  const extra = `targetPlatforms: ["${XCODE}"]
cordova:\n  version: 13.0.0\n  ios: 8.1.1\nxcode:\n  folders: [${mac.applications}]\n`;
  const agentEnvironment = { PATH: `${mac.bin}:${process.env["PATH"]}`, HOME: mac.home };
  const kit = KIT && existsSync(KIT) ? KIT : undefined;
  const { ground, close } = await openGround({ slots: 4, extra, agentEnvironment, kit });
  const api = apiOf(ground);
  const closeAll = async () => {
    await close();
    rmSync(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const prepared = Promise.all([prepare(ground, api, mac.root), installed]);
  const [apps] = await prepared.catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const opened: IonicGround = {
    ...ground,
    apps,
    api,
    person: async (version) => {
      const email = `user-of-${version}-${newId("")}@example.test`;
      const token = await addPerson(ground, api, email);
      const folder = mkdtempSync(join(ground.folder, `ionic-${version}-`));
      const user = new IonicUser(version, folder, ground.environment.MILLWRIGHT_URL, { IONIC_TOKEN: token });
      return Object.assign(user, { email });
    },
    clone: (person, name, linked = true) => {
      const folder = mkdtempSync(join(person.folder, `${name}-`));
      git(folder, "clone", "--quiet", join(ground.folder, `${name === "hello" ? name : "light"}.git`), ".");
      const id = linked ? { id: apps[name] } : {};
      const config = { name, type: "custom", integrations: { cordova: {} }, ...id };
      writeFileSync(join(folder, "ionic.config.json"), JSON.stringify(config));
      return folder;
    },
  };
  return { ground: opened, mac, close: closeAll };
}

function apiOf({ environment }: Ground, token = environment.MILLWRIGHT_TOKEN): Api {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${environment.MILLWRIGHT_URL}/api/v1${path}`, { method, headers, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { status: response.status, body: (text.startsWith("{") ? JSON.parse(text) : text) as never };
  };
}

/** Answers a token for scripts. */
async function addPerson(ground: Ground, api: Api, email: string): Promise<string> {
  const user = (await api("POST", "/users", { email, password: PASSWORD })).body as { id: number };
  for (const account of ["default", "small"])
    await api("PUT", `/accounts/${account}/members/${user.id}`, { role: "developer" });
  const login = (await api("POST", "/session", { email, password: PASSWORD })).body as { token: string };
  const request = { name: "scripts", scopes: ["read", "build"] };
  return ((await apiOf(ground, login.token)("POST", "/tokens", request)).body as { token: string }).token;
}

async function prepare(ground: Ground, api: Api, macRoot: string): Promise<Record<AppName, string>> {
  const apps = await addApps(ground, api);
  for (const account of ["default", "small"]) await addSettings(api, macRoot, account);
  return apps;
}

async function addApps(ground: Ground, api: Api): Promise<Record<AppName, string>> {
  await api("POST", "/accounts", { name: "small", concurrencyLimit: 1 });
  const add = async (name: string, where: object, account = "default") =>
    ((await api("POST", `/apps?account=${account}`, { name, ...where })).body as { id: string }).id;
  const light = { gitUrl: lightRepository(join(ground.folder, "light")) };
  return {
    hello: await add("hello", { gitUrl: sampleRepository(join(ground.folder, "hello")) }),
    light: await add("light", light),
    small: await add("small", light, "small"),
    own: await add("own", {}),
  };
}

/** A cordova app without dependencies, whose web build fails or never ends when its environment says so. */
function lightRepository(folder: string): string {
  mkdirSync(folder);
  const manifest = { name: "light", version: "1.2.3", scripts: { build: "node build.cjs" } };
  const build = `
const { mkdirSync, writeFileSync } = require("node:fs");
console.log("the web build of ▸ " + process.env.CI_BUILD_ID);
if (process.env.FAIL) { console.error("SyntaxError: it was told to fail"); process.exit(1); }
if (process.env.STAY) setInterval(() => {}, 1000);
else { mkdirSync("www", { recursive: true }); writeFileSync("www/index.html", "<h1>" + (process.env.GREETING ?? "Hello") + "</h1>"); }
`;
  const config = `<?xml version='1.0' encoding='utf-8'?>
<widget id="com.example.other" version="1.2.3" xmlns="http://www.w3.org/ns/widgets">
    <name>Light</name>
    <content src="index.html" />
</widget>
`;
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "build.cjs"), build);
  writeFileSync(join(folder, "config.xml"), config);
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "A light app");
  git(folder, "clone", "--quiet", "--bare", folder, `${folder}.git`);
  return `${folder}.git`;
}

/** Environments `Greeting`, `Broken` and `Endless`, the native config `Shop`, the profiles `Team` and `Keystore`. */
async function addSettings(api: Api, macRoot: string, account: string): Promise<void> {
  const put = (path: string, body: object) => api("PUT", `${path}?account=${account}`, body);
  await put("/environments/Greeting", { variables: { GREETING: "Good morning" } });
  await put("/environments/Broken", { variables: { FAIL: "1" } });
  await put("/environments/Endless", { variables: { STAY: "1" } });
  await put("/native-configs/Shop", { appName: "Shop", bundleId: BUNDLE_ID });
  await put("/profiles/Team", { type: "development", ios: teamOf(macRoot) });
  await put("/profiles/Keystore", { type: "production", android: keystore(mkdtempSync(join(macRoot, "keystore-"))) });
}

function teamOf(macRoot: string): ProfileRequest["ios"] {
  const identity = makeIdentity(macRoot, { kind: "Apple Development" });
  const profile = makeProfile(macRoot, { type: "development", bundleId: BUNDLE_ID, certificates: [identity.facts] });
  const password = "p12-password";
  const p12 = makeP12({ identities: [identity], password, algorithms: "pbes2" });
  const provisioningProfiles = [{ fileName: "shop.mobileprovision", base64: profile.bytes.toString("base64") }];
  return { fileName: "dev.p12", p12Base64: p12.toString("base64"), password, provisioningProfiles };
}
