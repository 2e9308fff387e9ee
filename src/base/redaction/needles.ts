import { base64Forms } from "./forms/base64.ts";
import { jsonForms, literalForms, propertiesForms, shellForms } from "./forms/escapes.ts";
import { markupForms } from "./forms/markup.ts";
import { percentForms } from "./forms/percent.ts";
import { partsOf } from "./parts.ts";

const SHORTEST = 6;

/** Words that are no secret even when someone stores them as one: masking them would ruin every log. */
const HARMLESS = new Set([
  "true",
  "false",
  "null",
  "none",
  "live",
  "test",
  "debug",
  "release",
  "production",
  "development",
  "password",
  "android",
  "localhost",
]);

/** One sign again and again, as logs draw lines and indent with it. */
const RULER = /^([^\p{L}\p{N}])\1*$/u;

/** Whether a declared secret is long and special enough to be masked at all. */
export function isMaskable(secret: string): boolean {
  const text = secret.trim();
  return text.length >= SHORTEST && !HARMLESS.has(text.toLowerCase()) && !RULER.test(text);
}

/**
 * Every byte string that gives a secret away: each of its parts in each of the encodings that tools print (base64 at its
 * three alignments, hex, percent, JSON, XML, and as shells, C, Java and properties files escape it).
 */
export function needlesOf(secret: string): Buffer[] {
  const texts = new Set<string>();
  // A lone surrogate can't be printed; what stands for it can.
  for (const part of partsOf(Buffer.from(secret).toString())) {
    if (!isMaskable(part)) continue;
    for (const form of formsOf(part)) if (form.length >= SHORTEST) texts.add(form);
  }
  return [...texts].map((text) => Buffer.from(text));
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString("hex");
  const forms = [text, hex, hex.toUpperCase(), ...base64Forms(bytes)];
  if (/^[A-Za-z0-9]*$/.test(text)) return forms; // nothing in it that any of the others writes differently
  return [
    ...forms,
    ...percentForms(text),
    ...jsonForms(text),
    ...literalForms(text),
    ...propertiesForms(text),
    ...shellForms(text),
    ...markupForms(text),
  ];
}
