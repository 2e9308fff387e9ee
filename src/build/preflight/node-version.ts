import { join } from "node:path";
import semver from "semver";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { findNodes, type NodeTool, nodeOfPath } from "../toolchain/nodes.ts";

/** Node's release lines by name, as `.nvmrc` may write them: `lts/iron`. */
const LTS_NAMES: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

/** What asks for a Node. A strict wish that no Node of the host fulfils ends the build; others are only told. */
export interface NodeWish {
  wanted: string;
  source: string;
  strict: boolean;
}

/**
 * Chooses the Node of this job among those of the host: OVERRIDE_NODE_VERSION of the environment goes first, then .nvmrc or
 * .node-version, then `engines.node` of package.json, which npm itself only warns about. Throws NODE_VERSION_MISSING and
 * NODE_VERSION_INVALID.
 */
export function chooseNode(context: JobContext): void {
  const wish = wishOf(context);
  if (!wish) return;
  const usual = nodeOfPath(context.host.environment["PATH"] ?? "");
  const others = findNodes(context.host.nodeFolders);
  const found = pickNode(wish, usual, others);
  const names = [...new Set([...(usual ? [usual] : []), ...others].map((node) => node.version))].join(", ") || "none";
  if (!found) {
    if (wish.strict)
      throw errorOf("NODE_VERSION_MISSING", {
        wanted: wish.wanted,
        source: wish.source,
        host: context.host.agentName,
        found: names,
      });
    context.log.line(`${wish.source} asks for Node ${wish.wanted}, which the host doesn't have (it has ${names})`);
    return;
  }
  const note = found.exact ? "" : `; ${wish.wanted} itself isn't there, so the nearest of its major is used`;
  context.log.line(`Node ${found.node.version}: ${wish.source} asks for ${wish.wanted}${note}`);
  if (found.node !== usual) context.found.tools.push({ PATH: join(found.node.path, "bin") });
}

function wishOf(context: JobContext): NodeWish | undefined {
  const app = known(context.found, "app");
  const override = context.spec.environment?.variables["OVERRIDE_NODE_VERSION"]?.trim();
  if (override) return { wanted: override, source: "OVERRIDE_NODE_VERSION", strict: true };
  if (app.node) return { ...app.node, strict: true };
  const engines = app.packageJson.node;
  return engines ? { wanted: engines, source: "engines.node of package.json", strict: false } : undefined;
}

/**
 * The Node for a wish: the usual one when it fits, else the newest that does. A full version that isn't there is answered by
 * the newest of its major, as not `exact`. Throws NODE_VERSION_INVALID for a strict wish that is no version.
 */
export function pickNode(
  wish: NodeWish,
  usual: NodeTool | undefined,
  others: readonly NodeTool[],
): { node: NodeTool; exact: boolean } | undefined {
  const all = [...(usual ? [usual] : []), ...others];
  const range = rangeOf(wish, all);
  if (range === undefined) {
    if (wish.strict) throw errorOf("NODE_VERSION_INVALID", { wanted: wish.wanted, source: wish.source });
    return undefined;
  }
  const best = (fits: (version: string) => boolean) =>
    usual && fits(usual.version) ? usual : all.find((n) => fits(n.version));
  const exact = best((version) => semver.satisfies(version, range));
  if (exact) return { node: exact, exact: true };
  const full = semver.valid(range);
  const near = full && best((version) => semver.major(version) === semver.major(full));
  return near ? { node: near, exact: false } : undefined;
}

/** The wish as a range of semver; undefined when it is none. */
function rangeOf({ wanted }: NodeWish, all: readonly NodeTool[]): string | undefined {
  const text = wanted.trim().toLowerCase();
  const newest = (versions: readonly string[]) => [...versions].sort(semver.rcompare)[0] ?? "0.0.0";
  const versions = all.map((node) => node.version);
  if (/^(node|stable|latest|current)$/.test(text)) return newest(versions);
  // Every even line becomes a long-term one.
  if (text === "lts/*" || text === "lts") return newest(versions.filter((version) => semver.major(version) % 2 === 0));
  const name = /^lts\/(\w+)$/.exec(text)?.[1];
  if (name) return LTS_NAMES[name] === undefined ? undefined : `${LTS_NAMES[name]}.x`;
  const plain = text.replace(/^v(?=\d)/, "");
  return semver.valid(plain) ?? semver.validRange(plain) ?? undefined;
}
