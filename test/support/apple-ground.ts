import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { applePlaces } from "../../src/protocol/apple-host/places.ts";
import { parseSearchList } from "../../src/protocol/apple-host/search-list.ts";
import { git } from "../demo/playground.mjs";
import { type MadeIdentity, makeIdentity } from "../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../fakes/apple/certificates/p12.ts";
import { type FakeMac, installFakeMac, type MacWish } from "../fakes/apple/install.ts";
import { type MadeProfile, makeProfile, type ProfileType } from "../fakes/apple/profiles/make-profile.ts";
import { eventually } from "./eventually.ts";
import { openGround, type Ran } from "./playground.ts";

/**
 * A controller, and an agent that lives on a faked Mac with these Xcodes; `close` also removes the Mac. `preferred` is the
 * Xcode that the agent's configuration prefers.
 */
export async function openAppleGround(wish: MacWish, slots = 1, preferred = "") {
  const folder = mkdtempSync(join(tmpdir(), "millwright-mac-"));
  const mac = installFakeMac(join(folder, "mac"), wish);
  const extra = `cordova:\n  version: 13.0.0\n  ios: 8.1.1\nxcode:\n  folders: [${mac.applications}]\n  preferred: "${preferred}"\n`;
  const agentEnvironment = { PATH: `${mac.bin}:${process.env["PATH"]}`, HOME: mac.home };
  const { ground, close } = await openGround({ slots, extra, agentEnvironment });
  const find = async () => (await ground.millwright(ground.folder, "agents")).stdout.includes("has Xcode");
  await eventually("the Xcodes are listed", find, 30_000);
  const closeAll = async () => {
    await close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return { mac, ground, close: closeAll };
}

/** A p12 and a provisioning profile of a team, as files of a person's own. */
export interface TeamFiles {
  identity: MadeIdentity;
  profile: MadeProfile;
  /** Of the app's extensions, in the order of their bundle ids. */
  extensions: MadeProfile[];
  team: string;
  password: string;
  /** Options of `millwright profiles add`. */
  options: string[];
  /** Removes the files. */
  forget(): void;
}

export interface TeamWish {
  team: string;
  password: string;
  type: ProfileType;
  bundleId: string;
  /** Bundle ids of app extensions. */
  extensions?: readonly string[];
}

export function teamFiles(mac: FakeMac, folder: string, wish: TeamWish): TeamFiles {
  const { team, password, type, bundleId, extensions = [] } = wish;
  const own = mkdtempSync(join(folder, `files of ${team} `));
  const kind = type === "development" ? "Apple Development" : "Apple Distribution";
  const identity = makeIdentity(mac.root, { kind, team, owner: `Owner of ${team}` });
  const [profile, ...others] = [bundleId, ...extensions].map((id) =>
    makeProfile(mac.root, { team, type, bundleId: id, name: `${team} ${type} ${id}`, certificates: [identity.facts] }),
  );
  if (!profile) throw new Error("there is no profile for the app");
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(own, name), content, { mode: 0o600 });
    return join(own, name);
  };
  const options = ["--p12", file("dist.p12", makeP12({ identities: [identity], password, algorithms: "pbes2" }))];
  options.push("--p12-password-file", file("password.txt", password));
  // The app's own comes last: which it is has to be found out.
  for (const [index, { bytes }] of [...others, profile].entries())
    options.push("--provisioning-profile", file(`${index}.mobileprovision`, bytes));
  return {
    identity,
    profile,
    extensions: others,
    team,
    password,
    options,
    forget: () => rmSync(own, { recursive: true }),
  };
}

const IOS_APP = {
  "package.json": JSON.stringify({ name: "hello", version: "1.2.3" }),
  "config.xml": `<?xml version='1.0' encoding='utf-8'?>
<widget id="com.example.hello" version="1.2.3" xmlns="http://www.w3.org/ns/widgets">
    <name>Hello App</name>
    <content src="index.html" />
</widget>
`,
  "www/index.html": "<h1>Hello</h1>",
};

/** A bare repository with a cordova app for ios that has no dependencies. `files` are added, or go before its own. */
export function iosRepository(folder: string, files: Readonly<Record<string, string>> = {}): string {
  for (const [name, content] of Object.entries({ ...IOS_APP, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "An app");
  git(folder, "clone", "--quiet", "--bare", folder, `${folder}.git`);
  return `${folder}.git`;
}

/** What jobs may change of the user's own: the search list, provisioning profiles, records. */
export function stateOf(mac: FakeMac) {
  const names = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  const { records, provisioning } = applePlaces(mac.home);
  const list = execFileSync(join(mac.bin, "security"), ["list-keychains", "-d", "user"], { encoding: "utf8" });
  return { searchList: parseSearchList(list), profiles: provisioning.map(names), records: names(records) };
}

/** Waits until so many xcodebuilds are in the midst of an archive. */
export async function untilArchiving(mac: FakeMac, count = 1): Promise<void> {
  const archives = () => {
    const archiving = mac.calls().filter(({ argv, rc }) => argv.includes("archive") && rc === undefined);
    return archiving.length >= count;
  };
  await eventually("xcodebuild archives", archives, 120_000);
}

/** The number of the build that `--detach` started. */
export function buildIdOf(ran: Ran): number {
  const id = /^Build (\d+):/m.exec(ran.stdout)?.[1];
  if (ran.exit !== 0 || id === undefined) throw new Error(ran.text);
  return Number(id);
}
