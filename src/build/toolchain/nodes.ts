import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { which } from "../../base/processes/which.ts";
import type { Tool } from "./tool.ts";

/** Where version managers keep their Nodes, below the home folder: nvm, fnm (two places), Volta, asdf, mise, nodenv. */
const BELOW_HOME = [
  ".nvm/versions/node",
  ".local/share/fnm/node-versions",
  "Library/Application Support/fnm/node-versions",
  ".volta/tools/image/node",
  ".asdf/installs/nodejs",
  ".local/share/mise/installs/node",
  ".nodenv/versions",
];
/** Those of `n`, and Homebrew's `node@20`. */
const ELSEWHERE = ["/usr/local/n/versions/node", "/opt/homebrew/opt", "/usr/local/opt"];

/** A Node installation that builds may use: `path` is the folder that holds `bin/node`. */
export type NodeTool = Tool & { kind: "node" };

/**
 * The Nodes in the host's usual places and in `folders`, each of which holds installations; newest first. Found by their
 * files, none is started.
 */
export function findNodes(folders: readonly string[] = [], home = homedir()): NodeTool[] {
  const places = [...folders, ...BELOW_HOME.map((folder) => join(home, folder)), ...ELSEWHERE];
  const found = new Map<string, NodeTool>();
  for (const place of places) {
    for (const name of namesIn(place)) {
      for (const candidate of [join(place, name), join(place, name, "installation")]) {
        const node = nodeIn(candidate, name);
        if (node && !found.has(node.path)) found.set(node.path, node);
      }
    }
  }
  return [...found.values()].sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
}

/** The Node that PATH gives, when its installation tells the version; it isn't started for that. */
export function nodeOfPath(path: string): NodeTool | undefined {
  const program = which("node", path);
  if (!program) return undefined;
  const real = realpathSync(program);
  const home = dirname(dirname(real));
  const version = real === realpathSync(process.execPath) ? process.versions.node : headerVersion(home);
  return version ? { kind: "node", version, path: home } : undefined;
}

function nodeIn(folder: string, name: string): NodeTool | undefined {
  if (!which("node", join(folder, "bin"))) return undefined;
  const version = headerVersion(folder) ?? /^(?:node[-@])?v?(\d+\.\d+\.\d+)/.exec(name)?.[1];
  return version ? { kind: "node", version, path: realpathSync(folder) } : undefined;
}

/** Every official package brings its headers, which say the version. */
function headerVersion(folder: string): string | undefined {
  try {
    const header = readFileSync(join(folder, "include", "node", "node_version.h"), "utf8");
    const part = (name: string) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1];
    const parts = [part("MAJOR"), part("MINOR"), part("PATCH")];
    return parts.every((each) => each !== undefined) ? parts.join(".") : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing of that manager on this host
  }
}
