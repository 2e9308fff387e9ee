import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What can be set of a faked Mac, in FAKE_APPLE_ROOT/fake-mac.json. Everything is read anew by each call of a tool. */
export interface Settings {
  macOS: { version: string; build: string };
  /** The account's name: its home is FAKE_APPLE_ROOT/Users/NAME. */
  user: string;
  /**
   * Where the keychain search list, bare keychain names and ~/Library/Keychains are: in the account's home whatever $HOME
   * says, or in $HOME.
   */
  keychainHome: "account" | "environment";
  /** The same for provisioning profiles and DerivedData. */
  profileHome: "account" | "environment";
  /** By the folder's name below Applications. */
  xcodes: Record<string, XcodeState>;
  /** Whether an Apple ID is signed in to Xcode. */
  accountSignedIn: boolean;
  /** Keys of App Store Connect that Apple's servers know. */
  apiKeys: { id: string; issuer: string }[];
  /**
   * An archive takes so much longer, in its middle, when a part of the .xcarchive is there. Lowered meanwhile, it goes on.
   */
  archiveSeconds: number;
  exportSeconds: number;
  /** Added to the clock of all tools: a keychain's timeout and the end of a certificate needn't be waited for. */
  clockOffsetSeconds: number;
  /** SHA-1 of certificates that Apple has revoked, upper-case hex. */
  revoked: string[];
  /** Phones that are plugged in. */
  phones: string[];
  pod: { version: string; failure: string };
  iosDeployVersion: string;
}

export interface XcodeState {
  version: string;
  build: string;
  sdk: string;
  licenseAccepted: boolean;
  firstLaunchDone: boolean;
  /**
   * From Xcode 15 on the SDK comes with Xcode and the platform is a download of its own: "sdk-only" has not downloaded it.
   * "absent" has no iPhoneOS.platform at all.
   */
  iosPlatform: "installed" | "sdk-only" | "absent";
}

const FILE = "fake-mac.json";

export const DEFAULT_SETTINGS: Settings = {
  macOS: { version: "15.5", build: "24F74" },
  user: "builder",
  keychainHome: "account",
  profileHome: "account",
  xcodes: {},
  accountSignedIn: false,
  apiKeys: [],
  archiveSeconds: 0,
  exportSeconds: 0,
  clockOffsetSeconds: 0,
  revoked: [],
  phones: [],
  pod: { version: "1.16.2", failure: "" },
  iosDeployVersion: "1.12.2",
};

/** Throws where no fake Mac is laid out. */
export function readSettings(root: string): Settings {
  const stored = JSON.parse(readFileSync(join(root, FILE), "utf8")) as Partial<Settings>;
  return { ...DEFAULT_SETTINGS, ...stored };
}

export function writeSettings(root: string, settings: Settings): void {
  writeWhole(join(root, FILE), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Writes a file so that no reader sees half of it. */
export function writeWhole(file: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, content, { mode });
  renameSync(beside, file);
}
