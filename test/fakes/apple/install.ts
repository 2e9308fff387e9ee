import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFakes } from "./compile.ts";
import { installKeychains } from "./installing/keychains.ts";
import { installPrograms } from "./installing/programs.ts";
import { installXcode, selectXcode, type XcodeWish } from "./installing/xcode.ts";
import { type LoggedCall, readCalls } from "./machine/call-log.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings, writeSettings, type XcodeState } from "./machine/settings.ts";

export interface MacWish {
  /** The first one is selected; none are installed where it is empty. */
  xcodes?: readonly XcodeWish[];
  /** Only the command line tools are there, and selected. */
  commandLineToolsOnly?: boolean;
  settings?: Partial<Omit<Settings, "xcodes">>;
  /** Of the node that runs the fake programs. */
  node?: string;
}

/** A faked Mac in a folder. */
export interface FakeMac {
  root: string;
  /** To be put in front of PATH. Nothing else of the environment is needed. */
  bin: string;
  log: string;
  /** Where the Xcodes are. */
  applications: string;
  /** The account's home, where its keychains and profiles are. */
  home: string;
  /** Contents/Developer of the Xcode in a folder like Xcode-16.2.app: a value for DEVELOPER_DIR. */
  developerDir(name: string): string;
  calls(): LoggedCall[];
  settings(): Settings;
  change(settings: Partial<Settings>): void;
  changeXcode(name: string, state: Partial<XcodeState>): void;
}

/** Lays a Mac out in `root`: programs, Xcodes, keychains, an account. By default one Xcode 16.2 on macOS 15.5. */
export function installFakeMac(root: string, wish: MacWish = {}): FakeMac {
  const repository = repositoryFolder();
  compileFakes(repository);
  const settings = { ...DEFAULT_SETTINGS, ...wish.settings };
  const home = join(root, "Users", settings.user);
  const mac = macAt(root, home);
  mkdirSync(home, { recursive: true });
  mkdirSync(mac.applications, { recursive: true });
  writeSettings(root, settings);
  const programs = { root, log: mac.log, repository, node: wish.node ?? nodeOfTests() };
  installPrograms(programs, mac.bin);
  const xcodes = wish.xcodes ?? (wish.commandLineToolsOnly ? [] : [{ version: "16.2" }]);
  for (const xcode of xcodes) installXcode(programs, xcode);
  selectXcode(root, wish.commandLineToolsOnly ? undefined : xcodes[0]);
  installKeychains(root);
  return mac;
}

function macAt(root: string, home: string): FakeMac {
  const applications = join(root, "Applications");
  const log = join(root, "calls.ndjson");
  return {
    root,
    bin: join(root, "bin"),
    log,
    applications,
    home,
    developerDir: (name) => join(applications, name, "Contents/Developer"),
    calls: () => readCalls(log),
    settings: () => readSettings(root),
    change: (settings) => writeSettings(root, { ...readSettings(root), ...settings }),
    changeXcode: (name, state) => {
      const { xcodes, ...others } = readSettings(root);
      const known = xcodes[name];
      if (!known) throw new Error(`There is no ${name}`);
      writeSettings(root, { ...others, xcodes: { ...xcodes, [name]: { ...known, ...state } } });
    },
  };
}

function nodeOfTests(): string {
  return process.env["FAKE_APPLE_NODE"] ?? process.execPath;
}

/** The nearest folder upwards with a package.json, whether this runs as TypeScript or compiled below dist-tools. */
function repositoryFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
