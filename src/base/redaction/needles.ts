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

/** Whether a declared secret is long and special enough to be masked at all. */
export function isMaskable(secret: string): boolean {
  return secret.length >= SHORTEST && !HARMLESS.has(secret.toLowerCase());
}

/**
 * Every byte string that gives a secret away: itself, each of its lines, the texts inside it when it is JSON, and the
 * encodings that tools print it in (base64 at its three alignments, hex, percent, JSON, XML, shell).
 */
export function needlesOf(secret: string): Buffer[] {
  const texts = new Set<string>();
  for (const part of partsOf(secret)) {
    if (!isMaskable(part)) continue;
    for (const form of formsOf(part)) if (form.length >= SHORTEST) texts.add(form);
  }
  return [...texts].map((text) => Buffer.from(text));
}

function partsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [...new Set([secret, secret.trim(), ...lines, ...jsonLeaves(secret)])];
}

function jsonLeaves(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    const leaves: string[] = [];
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") leaves.push(value);
      return value;
    });
    return leaves;
  } catch {
    return [];
  }
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const percent = encodeURIComponent(text);
  return [
    text,
    ...base64Forms(bytes),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ s: text }).toString().slice(2),
    JSON.stringify(text).slice(1, -1),
    xmlEscaped(text),
    text.replaceAll("'", "'\\''"),
    text.replace(/[^A-Za-z0-9_\-.,:/\n]/g, "\\$&"),
    text.replace(/\\/g, "\\\\"),
  ];
}

function xmlEscaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return text.replace(/[&<>"']/g, (char) => names[char] ?? char);
}

/**
 * The base64 of the bytes as it looks inside the base64 of something longer: at each of the three alignments, without
 * the characters that also depend on the neighbours. Both alphabets.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms: string[] = [];
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const tail = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    const inner = encoded.slice([0, 2, 3][shift], tail === 0 ? undefined : -tail);
    if (inner.length >= SHORTEST + 2) forms.push(inner, inner.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}
