import { join } from "node:path";
import semver from "semver";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { type AppFacts, known } from "../job/findings.ts";
import { findNodes, type NodeTool, nodeOfPath } from "../toolchain/nodes.ts";
import { isTooOld, type NodeNeed, nodeNeeds } from "./node-needs.ts";

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
 * .node-version, then `engines.node` of package.json, which npm itself only warns about. Where that is too old for cordova or
 * for the platform, another that fits the wish is taken; without a strict wish any that is new enough, the oldest first.
 * Throws NODE_VERSION_MISSING, NODE_VERSION_INVALID, NODE_WISH_TOO_OLD and NODE_TOO_OLD_FOR_CORDOVA.
 */
export function chooseNode(context: JobContext): void {
  const app = known(context.found, "app");
  const usual = nodeOfPath(context.host.environment["PATH"] ?? "");
  const others = findNodes(context.host.nodeFolders);
  const choice: Choice = { wish: wishOf(context, app), needs: nodeNeeds(context, app), usual, others };
  const wished = choice.wish && wishedNode(context, choice.wish, choice);
  const node = newEnough(context, choice, wished);
  if (node && node !== usual) context.found.tools.push({ PATH: join(node.path, "bin") });
}

interface Choice {
  wish: NodeWish | undefined;
  needs: readonly NodeNeed[];
  /** That of PATH. */
  usual: NodeTool | undefined;
  others: readonly NodeTool[];
}

function wishedNode(context: JobContext, wish: NodeWish, choice: Choice): NodeTool | undefined {
  const { usual, others, needs } = choice;
  const fits = (node: NodeTool) => !needs.some((need) => isTooOld(node.version, need));
  const fitting = pickNode(wish, usual && fits(usual) ? usual : undefined, others.filter(fits));
  const found = fitting?.exact ? fitting : pickNode(wish, usual, others);
  if (found) {
    const note = found.exact ? "" : `; ${wish.wanted} itself isn't there, so the nearest of its major is used`;
    context.log.line(`Node ${found.node.version}: ${wish.source} asks for ${wish.wanted}${note}`);
    return found.node;
  }
  const { wanted, source } = wish;
  const values = { wanted, source, host: context.host.agentName, found: namesOf(choice) };
  if (wish.strict) throw errorOf("NODE_VERSION_MISSING", values);
  context.log.line(`${source} asks for Node ${wanted}, which the host doesn't have (it has ${values.found})`);
  return undefined;
}

/** The Node that this job gets: of an unknown one nothing can be said. */
function newEnough(context: JobContext, choice: Choice, wished: NodeTool | undefined): NodeTool | undefined {
  const { wish, needs, usual, others } = choice;
  const node = wished ?? usual;
  const need = node && needs.find((each) => isTooOld(node.version, each));
  if (!node || !need) return node;
  const tool = `${need.package} ${need.version}`;
  const values = { tool, package: need.package, needed: need.range, found: node.version };
  if (wish?.strict) throw errorOf("NODE_WISH_TOO_OLD", { ...values, source: wish.source, wanted: wish.wanted });
  const better = others.findLast((each) => !needs.some((other) => isTooOld(each.version, other)));
  if (!better) {
    const source = wished
      ? `${wish?.source ?? ""} asks for ${wish?.wanted ?? ""}`
      : "It is the one on the PATH of builds";
    throw errorOf("NODE_TOO_OLD_FOR_CORDOVA", {
      ...values,
      host: context.host.agentName,
      source,
      others: namesOf(choice),
    });
  }
  context.log.line(`Node ${better.version}: ${tool} needs ${need.range}, and ${node.version} is too old`);
  return better;
}

function namesOf({ usual, others }: Choice): string {
  return [...new Set([...(usual ? [usual] : []), ...others].map((node) => node.version))].join(", ") || "none";
}

function wishOf(context: JobContext, app: AppFacts): NodeWish | undefined {
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
