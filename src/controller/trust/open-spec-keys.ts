import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import { specKeyName } from "../../protocol/spec-signature.ts";
import type { Store } from "../store/store.ts";
import { type KeyFile, newKeyFile, SpecKeys } from "./spec-keys.ts";

/** In the store: which key signs. Other controllers on it must have the same. */
const FACT = "spec.key";

/** What the command line says of the key. */
export interface SpecKeyOptions {
  /** Sign what is in the store as it is now; a key that is lost is made anew. */
  trustStore?: boolean;
  /** Go on with a new key, which the one of before endorses. */
  newSpecKey?: boolean;
}

/**
 * The keys in `spec.key` of a folder. A store that no key has signed gets one, and all that is in it is signed: who wrote it
 * until then was believed. Throws SPEC_KEY_UNUSABLE: when the store was signed by a key that isn't there, a new one would
 * only hide that.
 */
export async function openSpecKeys(
  { store, clock, logger }: { store: Store; clock: Clock; logger: Logger },
  folder: string,
  { trustStore = false, newSpecKey = false }: SpecKeyOptions,
): Promise<SpecKeys> {
  const file = join(folder, "spec.key");
  const there = readKeys(file);
  const first = !there && !trustStore;
  const known = await store.facts.find(FACT);
  if (first && (known !== undefined || (await store.signing.holdsSignatures()))) {
    throw errorOf("SPEC_KEY_UNUSABLE", { file, reason: `There is no ${file}, and the store was signed with its key.` });
  }
  const content = !there || newSpecKey ? newKeyFile(there) : there;
  const keys = opened(file, content);
  const name = specKeyName(keys.chain.at(-1)?.publicKey ?? Buffer.alloc(0));
  if (known !== undefined && known !== name && content === there && !trustStore) {
    throw errorOf("SPEC_KEY_UNUSABLE", {
      file,
      reason: `${file} is another key than the one that signed the store last.`,
    });
  }
  store.signatures.use(keys);
  const by = { at: clock.now(), actor: "controller", kind: "key", name } as const;
  if (!there || trustStore) {
    const detail = first
      ? "signed what was in the store"
      : "signed what is in the store, because --trust-store was given";
    // The first start of all signs nothing, and is nothing to tell of.
    const tells = trustStore || (await store.signing.holdsApps());
    await store.signing.signAll(tells ? { ...by, action: "written", detail } : undefined);
    if (tells)
      logger.warn({ key: keys.text }, first ? "the store is signed from now on" : "the store was signed as it is");
  }
  // Behind the rows: when this breaks off, the next start begins again.
  if (content !== there) writeFileAtomically(file, `${JSON.stringify(content)}\n`, 0o600);
  if (known === undefined) await store.facts.keep(FACT, name);
  else if (known !== name) await store.facts.replace(FACT, name, clock.now());
  logger.info({ specKey: keys.text }, "jobs are signed with this key");
  return keys;
}

function readKeys(file: string): KeyFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as KeyFile;
  } catch (cause) {
    throw errorOf("SPEC_KEY_UNUSABLE", { file, reason: `${(cause as Error).message}.` }, { cause });
  }
}

function opened(file: string, content: KeyFile): SpecKeys {
  try {
    return new SpecKeys(content);
  } catch (cause) {
    throw errorOf("SPEC_KEY_UNUSABLE", { file, reason: `${file}: ${(cause as Error).message}.` }, { cause });
  }
}
