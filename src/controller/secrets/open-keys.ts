import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/observe/logger.ts";
import type { Store } from "../store/store.ts";
import { newSealingKey, readKeyRing, writeKeyRing } from "./key-ring.ts";
import { Sealer } from "./sealer.ts";

/** Where the sealing keys are when no other place is named. */
export function defaultKeyFile(dataFolder: string): string {
  return join(dataFolder, "secret.key");
}

/**
 * The sealer with the keys of a file. The file is made when there is none and nothing was sealed yet. Throws when it can't be
 * read, holds no keys, or is not there although the store holds what its keys sealed: a new key would only hide the mistake.
 * `shared`: other controllers may change the file.
 */
export async function openKeys(
  store: Store,
  place: { file: string; dataFolder: string },
  nowMs: number,
  logger: Logger,
  shared = false,
): Promise<Sealer> {
  const { file } = place;
  const readAgain = shared ? () => readKeyRing(file) : undefined;
  const ring = readKeyRing(file);
  if (ring) {
    if ((statSync(file).mode & 0o077) !== 0) logger.warn({ file }, "others than its owner may read the key file");
    return new Sealer(ring, file, readAgain);
  }
  const sealed = (await store.sealed.list()).length;
  if (sealed > 0)
    throw new Error(`There is no ${file}, and ${sealed} secrets in the store need its keys. ${hint(place)}`);
  const made = [newSealingKey(nowMs)];
  writeKeyRing(file, made);
  return new Sealer(made, file, readAgain);
}

function hint({ file, dataFolder }: { file: string; dataFolder: string }): string {
  const usual = defaultKeyFile(dataFolder);
  if (file !== usual && existsSync(usual)) return `Move them there: mv ${usual} ${file}`;
  return `Put it back from a backup. When it is lost: openssl rand -base64 32 > ${file}, and write the secrets again.`;
}
