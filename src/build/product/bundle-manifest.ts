import { buffer } from "node:stream/consumers";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { openPromise } from "yauzl";
import type { Badging } from "./badging.ts";

const MANIFEST = "base/manifest/AndroidManifest.xml";

/** Field numbers of aapt.pb's XmlNode, XmlElement, XmlAttribute, Item and Primitive in AOSP's tools/aapt2/Resources.proto. */
const NODE_ELEMENT = 1;
const ELEMENT_NAME = 3;
const ELEMENT_ATTRIBUTE = 4;
const ELEMENT_CHILD = 5;
const ATTRIBUTE_NAME = 2;
const ATTRIBUTE_VALUE = 3;
const ATTRIBUTE_COMPILED = 6;
const ITEM_PRIMITIVE = 7;
const PRIMITIVE_DECIMAL = 6;
const PRIMITIVE_BOOLEAN = 8;

interface XmlElement {
  name: string;
  attributes: Map<string, string>;
  children: XmlElement[];
}

/** Reads the manifest of an .aab, which is a protocol buffer. Throws when the file is no such zip. */
export async function readBundle(aab: string): Promise<Badging | undefined> {
  const bytes = await entryOf(aab, MANIFEST);
  const manifest = bytes ? readNode(bytes) : undefined;
  const identifier = manifest?.attributes.get("package");
  if (!manifest || !identifier) return undefined;
  const child = (name: string) => manifest.children.find((element) => element.name === name)?.attributes;
  const badging: Badging = {
    identifier,
    versionName: manifest.attributes.get("versionName") ?? "",
    versionCode: manifest.attributes.get("versionCode") ?? "",
    debuggable: child("application")?.get("debuggable") === "true",
    permissions: permissionsOf(manifest),
  };
  const minSdk = child("uses-sdk")?.get("minSdkVersion");
  const targetSdk = child("uses-sdk")?.get("targetSdkVersion");
  if (minSdk) badging.minSdk = minSdk;
  if (targetSdk) badging.targetSdk = targetSdk;
  return badging;
}

function permissionsOf(manifest: XmlElement): string[] {
  const elements = manifest.children.filter((element) => element.name.startsWith("uses-permission"));
  return [...new Set(elements.map((element) => element.attributes.get("name") ?? ""))].sort();
}

async function entryOf(zip: string, name: string): Promise<Uint8Array | undefined> {
  const file = await openPromise(zip, { lazyEntries: true });
  try {
    for await (const entry of file.eachEntry()) {
      if (entry.fileName === name) return await buffer(await file.openReadStreamPromise(entry));
    }
    return undefined;
  } finally {
    file.close();
  }
}

function readNode(bytes: Uint8Array): XmlElement | undefined {
  let element: XmlElement | undefined;
  eachField(bytes, (field, content) => {
    if (field === NODE_ELEMENT) element = readElement(content);
  });
  return element;
}

function readElement(bytes: Uint8Array): XmlElement {
  const element: XmlElement = { name: "", attributes: new Map(), children: [] };
  eachField(bytes, (field, content) => {
    if (field === ELEMENT_NAME) element.name = Buffer.from(content).toString();
    if (field === ELEMENT_ATTRIBUTE) readAttribute(content, element.attributes);
    const child = field === ELEMENT_CHILD ? readNode(content) : undefined;
    if (child) element.children.push(child);
  });
  return element;
}

/** Numbers and booleans may stand in the compiled form alone: aapt2 leaves their text away. */
function readAttribute(bytes: Uint8Array, attributes: Map<string, string>): void {
  let name = "";
  let text = "";
  let compiled: string | undefined;
  eachField(bytes, (field, content) => {
    if (field === ATTRIBUTE_NAME) name = Buffer.from(content).toString();
    if (field === ATTRIBUTE_VALUE) text = Buffer.from(content).toString();
    if (field === ATTRIBUTE_COMPILED)
      eachField(content, (kind, item) => {
        if (kind === ITEM_PRIMITIVE) compiled = readPrimitive(item);
      });
  });
  attributes.set(name, text || (compiled ?? ""));
}

function readPrimitive(bytes: Uint8Array): string | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === PRIMITIVE_DECIMAL) return String(reader.int32());
    if (field === PRIMITIVE_BOOLEAN) return String(reader.bool());
    reader.skip(type);
  }
  return undefined;
}

/** Calls `use` for each field that holds bytes; others are passed over. */
function eachField(bytes: Uint8Array, use: (field: number, content: Uint8Array) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) use(field, reader.bytes());
    else reader.skip(type);
  }
}
