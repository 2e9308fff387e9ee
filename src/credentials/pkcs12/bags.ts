import { type Asn1, derOf, octetsOf, oidOf, partsOf, wideTextOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";
import { decrypt } from "./decrypt.ts";
import { passwordForms, type Stretching } from "./key-derivation.ts";

interface Bag {
  /** Undefined when the file names it not at all. */
  friendlyName: string | undefined;
  /** Ties a key to its certificate; hex, "" when there is none. */
  localKeyId: string;
}

export interface KeyBag extends Bag {
  /** The key as PKCS#8, or undefined when the password is wrong. Throws `Unreadable`. */
  open(password: string): Buffer | undefined;
}

export interface CertificateBag extends Bag {
  der: Buffer;
  /** Java's mark for a certificate that is an entry of its own. */
  trusted: boolean;
}

/** What a PKCS12 file holds, in its order. */
export interface Bags {
  keys: KeyBag[];
  certificates: CertificateBag[];
  /** Secret keys, as Java stores them. */
  secrets: Bag[];
}

const BAG = "1.2.840.113549.1.12.10.1";
const KEY = `${BAG}.1`;
const SHROUDED_KEY = `${BAG}.2`;
const CERTIFICATE = `${BAG}.3`;
const SECRET = `${BAG}.5`;
const NESTED = `${BAG}.6`;

const X509 = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const JAVA_TRUSTED = "2.16.840.1.113894.746875.1.1";

/** More than any real keystore has, and few enough to compare them all. */
const MOST_BAGS = 5000;

/** Adds the bags of a SafeContents to `bags`. What Millwright has no use for (revocation lists) is passed over. */
export function collectBags(stretching: Stretching, contents: Asn1, bags: Bags): void {
  for (const node of partsOf(contents)) {
    const [type, wrapped, attributesNode] = partsOf(node);
    const [value] = partsOf(wrapped);
    const attributes = attributesOf(attributesNode);
    const friendlyName = attributes.get(FRIENDLY_NAME);
    const bag: Bag = {
      friendlyName: friendlyName && wideTextOf(friendlyName),
      localKeyId: attributes.has(LOCAL_KEY_ID) ? octetsOf(attributes.get(LOCAL_KEY_ID)).toString("hex") : "",
    };
    if (bags.keys.length + bags.certificates.length + bags.secrets.length >= MOST_BAGS) {
      throw new Unreadable("algorithm", `It holds more than ${MOST_BAGS} entries.`);
    }
    const name = oidOf(type);
    if (name === KEY && value) bags.keys.push({ ...bag, open: () => derOf(value) });
    else if (name === SHROUDED_KEY)
      bags.keys.push({ ...bag, open: (password) => openKey(stretching, value, password) });
    else if (name === CERTIFICATE) {
      const der = certificateOf(value);
      if (der) bags.certificates.push({ ...bag, der, trusted: attributes.has(JAVA_TRUSTED) });
    } else if (name === SECRET) bags.secrets.push(bag);
    else if (name === NESTED && value) collectBags(stretching, value, bags);
  }
}

function openKey(stretching: Stretching, encrypted: Asn1 | undefined, text: string): Buffer | undefined {
  const [algorithm, data] = partsOf(encrypted);
  const bytes = octetsOf(data);
  for (const password of passwordForms(text)) {
    const key = decrypt(stretching, algorithm, bytes, password);
    if (key && isPkcs8(key)) return key;
  }
  return undefined;
}

/** A wrong password can leave good padding by chance, but not a sequence that begins with version 0 or 1 and is as long as it says. */
function isPkcs8(bytes: Buffer): boolean {
  const longForm = (bytes[1] ?? 0) & 0x80 ? (bytes[1] ?? 0) & 0x7f : 0;
  if (bytes[0] !== 0x30 || longForm > 4 || bytes.length < 5 + longForm) return false;
  const length = longForm === 0 ? (bytes[1] ?? 0) : bytes.readUIntBE(2, longForm);
  const at = 2 + longForm;
  return at + length === bytes.length && bytes[at] === 2 && bytes[at + 1] === 1 && (bytes[at + 2] ?? 2) <= 1;
}

function certificateOf(value: Asn1 | undefined): Buffer | undefined {
  const [type, wrapped] = partsOf(value);
  return oidOf(type) === X509 ? octetsOf(partsOf(wrapped)[0]) : undefined;
}

/** The first value of each attribute. */
function attributesOf(node: Asn1 | undefined): Map<string, Asn1 | undefined> {
  const attributes = new Map<string, Asn1 | undefined>();
  for (const attribute of node ? partsOf(node) : []) {
    const [name, values] = partsOf(attribute);
    attributes.set(oidOf(name), partsOf(values)[0]);
  }
  return attributes;
}
