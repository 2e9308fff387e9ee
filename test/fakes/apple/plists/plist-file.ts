import { readFileSync } from "node:fs";
import { build, buildBinary, type PlistValue, parse, parseBinary, parseOpenStep } from "plist";
import { writeWhole } from "../machine/settings.ts";
import { type Dictionary, isDictionary } from "./dictionary.ts";

/** A property list of any notation: XML, binary or the old one of project files. Throws where it is none. */
export function parseAnyPlist(bytes: Uint8Array): PlistValue {
  const text = Buffer.from(bytes).toString("utf8");
  if (text.startsWith("bplist")) return parseBinary(bytes);
  return /^(\uFEFF)?\s*<(\?xml|!DOCTYPE|plist|!--)/.test(text) ? parse(text) : parseOpenStep(text);
}

/** The dictionary in a file. Throws where the file is missing or holds something else. */
export function readDictionary(file: string): Dictionary {
  const value = parseAnyPlist(readFileSync(file));
  if (!isDictionary(value)) throw new Error(`${file} holds no dictionary`);
  return value;
}

export function writeXmlPlist(file: string, value: PlistValue): void {
  writeWhole(file, `${build(value)}\n`);
}

/** As Xcode writes the Info.plist of apps for iOS. */
export function writeBinaryPlist(file: string, value: PlistValue): void {
  writeWhole(file, buildBinary(value));
}
