import { DOMParser } from "@xmldom/xmldom";
import { parse } from "plist";
import { Unreadable } from "../unreadable.ts";

/** The property list of a provisioning profile, with access by type. */
export interface Fields {
  text(name: string): string;
  date(name: string): number;
  texts(name: string): string[];
  /** Whether there is a list of that name, if only an empty one. */
  hasList(name: string): boolean;
  flag(name: string): boolean;
  blobs(name: string): Buffer[];
  fields(name: string): Fields;
  /** All of a dictionary, empty when there is none. */
  entries(name: string): [string, unknown][];
}

/** Reads the property list. Throws `Unreadable`; so does asking for a text or a date that is not there. */
export function provisioningPlist(xml: string): Fields {
  // The parser of plist would also take other notations. A document type with entities of its own is nothing of Apple's.
  if (!/^\s*<\?xml[^>]*>\s*(<!DOCTYPE plist[^>[]*>\s*)?<plist/.test(xml)) {
    throw new Unreadable("damaged", "What it signs is not an XML property list.");
  }
  let value: unknown;
  try {
    checkWellFormed(xml);
    value = parse(xml);
  } catch (cause) {
    throw new Unreadable("damaged", "Its property list is not well-formed.", cause);
  }
  return fieldsOf(value);
}

/** By itself the XML parser mends what is wrong and tells it to the console; here anything wrong ends the reading. */
function checkWellFormed(xml: string): void {
  const onError = (_level: string, message: string) => {
    throw new Error(message);
  };
  new DOMParser({ onError }).parseFromString(xml, "text/xml");
}

function fieldsOf(value: unknown): Fields {
  const values = new Map<string, unknown>(isDictionary(value) ? Object.entries(value) : []);
  const missing = (name: string) => new Unreadable("damaged", `Its property list has no ${name}.`);
  const list = (name: string): unknown[] => {
    const found = values.get(name);
    return Array.isArray(found) ? found : [];
  };
  return {
    text: (name) => {
      const found = values.get(name);
      if (typeof found === "string" && found !== "") return found;
      throw missing(name);
    },
    date: (name) => {
      const found = values.get(name);
      if (found instanceof Date && !Number.isNaN(found.getTime())) return found.getTime();
      throw missing(name);
    },
    texts: (name) => list(name).filter((each) => typeof each === "string"),
    hasList: (name) => Array.isArray(values.get(name)),
    flag: (name) => values.get(name) === true,
    blobs: (name) => list(name).flatMap((each) => (each instanceof Uint8Array ? [Buffer.from(each)] : [])),
    fields: (name) => fieldsOf(values.get(name)),
    entries: (name) => {
      const found = values.get(name);
      return isDictionary(found) ? Object.entries(found) : [];
    },
  };
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
