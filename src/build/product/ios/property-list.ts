import { parseBuffer } from "bplist-parser";
import { parse } from "plist";

/** The dictionary of a property list, binary or XML. Undefined when the bytes are neither, or hold none. */
export function readPropertyList(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = isBinary(bytes) ? parseBuffer<unknown>(bytes)[0] : parse(bytes.toString("utf8"));
    return isDictionary(value) ? value : undefined;
  } catch {
    return undefined; // damaged: who asks tells what is missing
  }
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 6).toString("latin1") === "bplist";
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
