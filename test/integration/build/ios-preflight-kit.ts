import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readEvents } from "../../../src/protocol/job-folder/events.ts";
import type { HostSettings, JobSpec, SecurityProfile } from "../../../src/protocol/job-folder/spec.ts";
import { type LaidXcode, layXcode, writeProgram, xcodePrograms } from "../../support/xcode-folders.ts";
import { CONFIG_XML, type Files, makeRepository } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface PreflightWish {
  xcodes?: LaidXcode[];
  spec?: Partial<JobSpec>;
  host?: Partial<HostSettings>;
  /** Version of cordova-ios. */
  engine?: string;
  /** Replaces or adds to <widget>. */
  config?: (text: string) => string;
  files?: Files;
  /** Files of the app that the commit doesn't have. */
  without?: string[];
  /** What `pod --version` prints; no `pod` when left out. */
  pod?: string;
  signed?: boolean;
  /** Version of the Node on PATH; the real one when left out. */
  usualNode?: string;
  /** Versions of further Nodes on the host. */
  otherNodes?: string[];
}

const SIMULATOR = { kind: "package", platform: "ios", buildType: "simulator" } as const;

/** Builds an app whose installation fails at once: what is found before that is found in preflight. */
export async function preflight(wish: PreflightWish) {
  const folder = temporaryFolder();
  const [applications, bin] = [join(folder, "Applications"), join(folder, "bin")];
  mkdirSync(applications);
  xcodePrograms(bin);
  if (wish.pod) writeProgram(bin, "pod", `#!/bin/sh\n${wish.pod}\n`);
  const nodes = join(folder, "nodes");
  for (const version of wish.otherNodes ?? []) layNode(nodes, version);
  const usual = wish.usualNode ? [join(layNode(folder, wish.usualNode), "bin")] : [];
  const xcodes = wish.xcodes ?? [{ version: "26.0", build: "17A324", sdk: "26.0" }];
  for (const xcode of xcodes) layXcode(applications, { name: `Xcode-${xcode.version}.app`, ...xcode });
  const engine = `<engine name="ios" spec="${wish.engine ?? "8.1.1"}" /></widget>`;
  const files: Files = {
    "package.json": JSON.stringify({ name: "hello", scripts: { preinstall: 'echo "uses $DEVELOPER_DIR"; exit 3' } }),
    "config.xml": (wish.config ?? ((text) => text))(CONFIG_XML).replace("</widget>", engine),
    ...wish.files,
  };
  for (const name of wish.without ?? []) delete files[name];
  const repository = makeRepository(files);
  const job = await runToEnd({
    spec: { ...SIMULATOR, gitUrl: repository.folder, commit: "main", ...wish.spec },
    host: {
      xcodeFolders: [applications],
      nodeFolders: [nodes],
      ...wish.host,
      environment: { PATH: [bin, ...usual, dirname(process.execPath), "/usr/local/bin:/usr/bin:/bin"].join(":") },
    },
    ...(wish.signed ? { materials: { signing: { material: {}, mask: [] } } } : {}),
  });
  const { failure } = job.end;
  if (!failure) throw new Error(job.log());
  const events = readEvents(job.paths.events, 0);
  const started = events.flatMap(({ kind, step }) => (kind === "step-started" ? [step] : []));
  return { ...failure, log: job.log(), steps: job.steps(), started, applications };
}

/** An installation of Node, laid out by the files that tell its version; it runs the real one. */
function layNode(folder: string, version: string): string {
  const node = join(folder, `node-v${version}`);
  const header = version
    .split(".")
    .map((part, at) => `#define NODE_${["MAJOR", "MINOR", "PATCH"][at]}_VERSION ${part}`);
  mkdirSync(join(node, "include/node"), { recursive: true });
  writeFileSync(join(node, "include/node/node_version.h"), `${header.join("\n")}\n`);
  writeProgram(join(node, "bin"), "node", `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
  return node;
}

/** What preflight knows of a security profile: one provisioning profile, for the store, with these changes. */
export function securityProfile(
  change: Partial<NonNullable<SecurityProfile["ios"]>["provisioningProfiles"][0]> = {},
): SecurityProfile {
  const own = { name: "Shop", uuid: "u", teamId: "T", bundleId: "com.example.hello", type: "app-store" as const };
  return {
    name: "Store",
    type: "production",
    ios: {
      identities: [{ sha1: "aa", commonName: "Apple Distribution: Shop (T)", teamId: "T" }],
      provisioningProfiles: [{ ...own, certificateSha1s: ["aa"], devices: 0, ...change }],
    },
  };
}
