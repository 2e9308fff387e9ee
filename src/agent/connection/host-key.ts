import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { publicKeyDer, thumbprint } from "../../protocol/key-assertion.ts";

/** The key that this host signs with. */
export interface HeldKey {
  readonly key: KeyObject;
  /** The controller says that this one was replaced: takes the one that did so. False when that one isn't here. */
  follow(replaced: KeyObject): boolean;
}

/** Where the key is that is to replace the one of `keyFile`, until that is done. */
export function nextKeyFile(keyFile: string): string {
  return `${keyFile}.next`;
}

/** The key in a file, which may be replaced while the agent runs. */
export class HostKey implements HeldKey {
  readonly file: string;
  private current: KeyObject;

  /** Throws AGENT_KEY_UNUSABLE. */
  constructor(file: string) {
    this.file = file;
    this.current = readKey(file);
  }

  get key(): KeyObject {
    return this.current;
  }

  follow(replaced: KeyObject): boolean {
    if (this.current !== replaced) return true; // somebody else has asked with it too
    const known = nameOf(replaced);
    const inPlace = readKey(this.file);
    if (nameOf(inPlace) !== known) {
      this.current = inPlace;
      return true;
    }
    const next = nextKeyFile(this.file);
    if (!existsSync(next)) return false;
    this.current = readKey(next);
    try {
      renameSync(next, this.file);
    } catch {
      // Who replaces the key does it in this moment; or the folder can't be written, and each start finds it again.
    }
    return true;
  }
}

/** A new Ed25519 key of this host; its PEM is for a file that only its owner can read. */
export function makeHostKey(): { key: KeyObject; pem: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { key: privateKey, pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** The name of a key: that of its public half. */
export function nameOf(key: KeyObject): string {
  return thumbprint(publicKeyDer(key));
}

/** The Ed25519 key of a file. Throws AGENT_KEY_UNUSABLE. */
export function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file, "utf8"));
    if (key.asymmetricKeyType === "ed25519") return key;
    throw new Error(`it is a key of the kind ${key.asymmetricKeyType}`);
  } catch (cause) {
    throw errorOf("AGENT_KEY_UNUSABLE", { file, reason: `${(cause as Error).message}.` }, { cause });
  }
}
