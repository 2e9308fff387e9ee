import { CACHE_KINDS } from "../../protocol/cache-use.ts";
import type { CacheOptions, PruneOptions } from "../managing/kept-caches.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const actions = () => import("../managing/kept-caches.ts");

/** `millwright agent cache …`. */
export function defineAgentCache(agent: CommandLine, invocation: Invocation): void {
  const group = agent
    .command("cache")
    .description("what builds of this host kept for later builds of their apps: list, prune; as the agent's user");
  const part = (name: string, isDefault = false) =>
    group
      .command(name, { isDefault })
      .option("--config <file>", "the agent's configuration", "agent.config.yaml")
      .option("--app <name>", "only of this app")
      .option("--kind <kind>", `only of this kind: ${CACHE_KINDS.join(", ")}, or mirrors`)
      .option("--json", "print one JSON document on stdout; everything else goes to stderr");

  const list = part("list", true).description("list what is kept: of which app, how large, when it was last used");
  list.choices.set("--kind", [...CACHE_KINDS, "mirrors"]);
  list.action(() =>
    invocation.act(list, async (session) =>
      (await actions()).listCaches(session, list.fullName, list.opts<CacheOptions>()),
    ),
  );
  examples(
    list,
    ["millwright agent cache --config /etc/millwright/agent.yaml", ""],
    ["millwright agent cache list --app shop --json", ""],
  );

  const prune = part("prune")
    .description("remove what is kept; builds make it again; also while the agent runs")
    .option("--older-than <duration>", "only what no build used for so long, such as 7d")
    .option("--dry-run", "only show what would be removed");
  prune.choices.set("--kind", [...CACHE_KINDS, "mirrors"]);
  prune.action(() =>
    invocation.act(prune, async (session) =>
      (await actions()).pruneCaches(session, prune.fullName, prune.opts<PruneOptions>()),
    ),
  );
  examples(
    prune,
    ["millwright agent cache prune --app shop", "everything of one app, as when a build acts strangely"],
    ["millwright agent cache prune --older-than 7d --dry-run", ""],
  );
}
