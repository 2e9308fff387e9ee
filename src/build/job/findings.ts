import type { ProvisioningFacts } from "../../credentials/apple/read-provisioning-profile.ts";
import type { AppleIdentity } from "../../credentials/apple/signing-certificate.ts";
import type { CollectedArtifact } from "../../protocol/job-folder/result.ts";
import type { PlistChange } from "../entitlements/plist-changes.ts";

/** The commit that is built. */
export interface Commit {
  /** 40 hexadecimal digits. */
  sha: string;
  /** First line of its message. */
  message: string;
  /** What it was asked by: a branch or tag name, or the digits. */
  ref: string;
  refType: "branch" | "tag" | "commit";
  /** The bare repository that holds it. */
  mirror: string;
}

/** What the commit says about the app. */
export interface AppFacts {
  /** Names of the files and folders in the app's folder of the commit. */
  entries: ReadonlySet<string>;
  packageJson: PackageJson;
  /** Only for package builds. */
  widget?: Widget;
  /** Own commands of appflow.config.json. */
  commands: { install?: string; webBuild?: string };
  /** Folders that are checked out beside the app's own; without it all is. */
  parts?: readonly string[];
  /** Which Node the app asks for, and where. */
  node?: { wanted: string; source: string };
}

/** The parts of package.json that matter here; each is checked to have this shape. */
export interface PackageJson {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  packageManager: string;
  /** `engines.node`; empty when it says nothing. */
  node: string;
  /** `cordova.plugins`: plugin ids with their variables. */
  cordovaPlugins: Record<string, Record<string, string>>;
}

/** What config.xml says about the app. */
export interface Widget {
  id: string;
  version: string;
  /** Package id of android where it differs from `id`. */
  androidId?: string;
  /** `android-versionCode`. */
  androidVersionCode?: string;
  /** Bundle id of ios where it differs from `id`. */
  iosId?: string;
  /** `ios-CFBundleVersion`. */
  iosBundleVersion?: string;
  /** config.xml itself names pods. */
  podspec?: true;
  /** `spec` of `<engine>` by platform name. */
  engines: Record<string, string>;
  /** `value` by name in lower case; what stands in the section of android goes first. */
  preferences: Record<string, string>;
  /** Ids of its `<plugin>` elements. */
  plugins: string[];
  /** `spec` of `<plugin>` by id. */
  pluginSpecs?: Record<string, string>;
  /** What it writes into property lists of ios. */
  plistChanges?: PlistChange[];
}

/** The cordova that this job runs, and the platform that was added. */
export interface CordovaTools {
  command: string;
  version: string;
}

export interface ProductFile {
  /** For `app`, which is for the simulator, a folder. */
  file: string;
  kind: "apk" | "aab" | "ipa" | "app";
  metadata: CollectedArtifact["metadata"];
}

/** The Xcode that this job uses. */
export interface ChosenXcode {
  /** `26.0` */
  version: string;
  /** `17A324` */
  build: string;
  /** `…/Xcode.app/Contents/Developer` */
  developerDir: string;
}

/** What an ios app must be signed with. */
export interface AppleSigner {
  /** One of these. */
  identities: readonly AppleIdentity[];
  /** The app's own. */
  profile: ProvisioningFacts;
  /** All of the security profile: app extensions have their own. */
  profiles: readonly ProvisioningFacts[];
  /** As Xcode calls it: `release-testing`. */
  method: string;
}

/** What the steps of a job find out and hand on, in the order of the way of a build. */
export interface Findings {
  commit?: Commit;
  /** Commits by ref (`HEAD`, `refs/heads/main`), where the server was asked for them. */
  refs?: ReadonlyMap<string, string>;
  /** The mirrors that this job uses: of the app's repository and of its submodules. */
  mirrors: Set<string>;
  /** Those of them that were damaged and made anew. */
  mended: Set<string>;
  app?: AppFacts;
  /** Where the app is inside the repository; empty for its root. */
  subfolder: string;
  /** The app's folder in the checkout. */
  appFolder?: string;
  /** Variables of the tools that this app needs instead of the host's usual ones; PATH goes before the usual PATH. */
  tools: Record<string, string>[];
  cordova?: CordovaTools;
  /** Only for ios. */
  xcode?: ChosenXcode;
  /** Version of cordova-android or cordova-ios that was really added. */
  platformVersion?: string;
  /** When compile began, in ms since 1970. */
  compileStartedAtMs?: number;
  /** SHA-256 of the certificate that the product must be signed with, lower-case hex. */
  expectedSigner?: string;
  /** Only for signed ios builds. */
  appleSigning?: AppleSigner;
  product?: ProductFile;
  artifacts: CollectedArtifact[];
}

/** The finding of an earlier step. That it is missing would be a fault in the order of the steps. */
export function known<K extends keyof Findings>(findings: Findings, name: K): NonNullable<Findings[K]> {
  const value = findings[name];
  if (value === undefined) throw new Error(`the step that finds ${name} has not run`);
  return value;
}
