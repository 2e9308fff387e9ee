import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { endorse, type SpecKey, signSpec, specFault, specKeyName, specKeyText } from "../../protocol/spec-signature.ts";

/** What is in the file of the keys. Only the newest has its private half there. */
export interface KeyFile {
  /** PKCS8, DER in base64. */
  privateKey: string;
  /** From the first one to the newest: SubjectPublicKeyInfo in DER, and what the one before says of it, both base64. */
  keys: { publicKey: string; endorsement: string }[];
}

const ROW = "millwright row 1:";

/** The keys that jobs, and rows of the store that decide about them, are signed with. They are not in the store. */
export class SpecKeys {
  /** From the oldest to the newest, as agents are shown them. */
  readonly chain: readonly SpecKey[];
  private readonly privateKey: KeyObject;
  private readonly known: ReadonlyMap<string, KeyObject>;
  private readonly newest: string;

  constructor({ privateKey, keys }: KeyFile) {
    this.privateKey = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
    this.chain = keys.map((key) => ({
      publicKey: Buffer.from(key.publicKey, "base64"),
      endorsement: Buffer.from(key.endorsement, "base64"),
    }));
    this.known = new Map(this.chain.map(({ publicKey }) => [specKeyName(publicKey), publicHalf(publicKey)]));
    const own = publicDer(this.privateKey);
    this.newest = specKeyName(own);
    if (this.text !== specKeyText(own)) throw new Error("its private key is not that of its newest public key");
  }

  /** The newest public key, as agents pin it. */
  get text(): string {
    return specKeyText(this.chain.at(-1)?.publicKey ?? Buffer.alloc(0));
  }

  signSpec(spec: string): Buffer {
    return signSpec(Buffer.from(spec), this.privateKey);
  }

  /** Whether the newest key signed it. */
  isSignedSpec(spec: string, signature: Uint8Array): boolean {
    const keys = this.chain.slice(-1);
    return specFault({ spec: Buffer.from(spec), signature: Buffer.from(signature), keys }, this.text) === undefined;
  }

  /** `KEY.SIGNATURE` of a row. */
  signRow(statement: string): string {
    return `${this.newest}.${sign(null, Buffer.from(ROW + statement), this.privateKey).toString("base64url")}`;
  }

  /** Whether one of the keys, also of an older one, signed that row. */
  isSignedRow(statement: string, signature: string): boolean {
    const [name = "", bytes = ""] = signature.split(".");
    const key = this.known.get(name);
    return key !== undefined && verify(null, Buffer.from(ROW + statement), key, Buffer.from(bytes, "base64url"));
  }
}

/** A first key, or the next one, which the newest of `before` endorses. */
export function newKeyFile(before?: KeyFile): KeyFile {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = publicDer(privateKey);
  const old =
    before && createPrivateKey({ key: Buffer.from(before.privateKey, "base64"), format: "der", type: "pkcs8" });
  const endorsement = old ? endorse(publicKey, old).toString("base64") : "";
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    keys: [...(before?.keys ?? []), { publicKey: specKeyText(publicKey), endorsement }],
  };
}

function publicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function publicHalf(der: Buffer): KeyObject {
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
