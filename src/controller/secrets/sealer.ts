import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { KEY_ID_BYTES, type SealingKey } from "./key-ring.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The place of a sealed value: the kind of its row and the row's name or id. */
export interface Place {
  kind: string;
  name: string;
  /** Where names are unique only in an account: the account's id. */
  account?: string;
}

/** The account that all belonged to before there were accounts. */
const FIRST_ACCOUNT = "default";

export function settingPlace(account: string, kind: string, name: string): Place {
  return { kind, name, account };
}

/**
 * Encrypts what rests in the store (AES-256-GCM), with the newest key. The keys are not in the store; the id of the key
 * stands in front of each sealed value. A value is bound to its place: one copied to another row doesn't open.
 */
export class Sealer {
  /** Only for messages. */
  private readonly file: string;
  private newest: SealingKey;
  private readonly keys = new Map<string, SealingKey>();
  private readonly readAgain: (() => readonly SealingKey[] | undefined) | undefined;

  /**
   * `ring` holds the newest key first; `file` is where it is kept. With `readAgain` the ring is read again before it is
   * needed: another controller may have changed it.
   */
  constructor(ring: readonly SealingKey[], file: string, readAgain?: () => readonly SealingKey[] | undefined) {
    const [newest] = ring;
    if (!newest) throw new Error("a sealer needs a key");
    this.newest = newest;
    this.file = file;
    this.readAgain = readAgain;
    for (const key of ring) this.keys.set(key.id, key);
  }

  get newestKey(): SealingKey {
    this.lookAgain();
    return this.newest;
  }

  /** Seals with this key from now on. Older ones still open, also what was read from the store a moment ago. */
  use(newest: SealingKey): void {
    this.keys.set(newest.id, newest);
    this.newest = newest;
  }

  has(keyId: string): boolean {
    if (!this.keys.has(keyId)) this.lookAgain();
    return this.keys.has(keyId);
  }

  seal(value: unknown, place: Place): Buffer {
    return this.encrypt(Buffer.from(JSON.stringify(value)), place);
  }

  /** Throws SECRET_KEY_MISSING, or SECRET_DAMAGED for a value that was changed or belongs to another place. */
  open<T>(sealed: Uint8Array | ArrayBuffer, place: Place): T {
    return JSON.parse(this.decrypt(sealed, place).toString()) as T;
  }

  /** The same value under the newest key. Throws as `open` does. */
  sealAgain(sealed: Uint8Array | ArrayBuffer, place: Place): Buffer {
    return this.encrypt(this.decrypt(sealed, place), place);
  }

  private lookAgain(): void {
    for (const key of [...(this.readAgain?.() ?? [])].reverse()) this.use(key);
  }

  private encrypt(bytes: Buffer, place: Place): Buffer {
    const iv = randomBytes(IV_BYTES);
    const { id, bytes: key } = this.newestKey;
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([Buffer.from(id, "hex"), iv, cipher.getAuthTag(), sealed]);
  }

  private decrypt(sealed: Uint8Array | ArrayBuffer, place: Place): Buffer {
    const bytes = Buffer.from(sealed as Uint8Array);
    const id = bytes.subarray(0, KEY_ID_BYTES).toString("hex");
    const key = this.has(id) ? this.keys.get(id) : undefined;
    if (!key) throw errorOf("SECRET_KEY_MISSING", { ...spoken(place), key: id, file: this.file });
    const iv = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + IV_BYTES);
    const rest = bytes.subarray(KEY_ID_BYTES + IV_BYTES);
    try {
      const decipher = createDecipheriv("aes-256-gcm", key.bytes, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place)).setAuthTag(rest.subarray(0, TAG_BYTES));
      return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw errorOf("SECRET_DAMAGED", spoken(place), { cause });
    }
  }
}

/** Values of the first account are bound as they were before there were others. No name holds a control character. */
function boundTo({ kind, name, account = FIRST_ACCOUNT }: Place): Buffer {
  return Buffer.from(account === FIRST_ACCOUNT ? `${kind}:${name}` : `${kind}:${account}\u001f${name}`);
}

function spoken({ kind, name }: Place): { kind: string; name: string } {
  return { kind: kind === "profile" ? "security profile" : kind, name };
}
