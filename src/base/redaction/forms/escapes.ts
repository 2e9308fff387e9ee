/** The text as JSON strings hold it: plainly, and as the writers of PHP, Python, Go, Java and .NET do. */
export function jsonForms(text: string): string[] {
  const json = inJson(text);
  const ascii = json.replace(BEYOND_ASCII, lowerUnit);
  const forHtml = json.replace(/[<>&\u2028\u2029]/g, lowerUnit);
  return [
    json,
    json.replaceAll("/", "\\/"),
    ascii,
    ascii.replaceAll("/", "\\/"),
    json.replace(BEYOND_ASCII, upperUnit),
    forHtml,
    forHtml.replace(/[='\u2028\u2029]/g, lowerUnit),
    json.replaceAll('\\"', "\\u0022").replace(/[&'+<>`]|[^\0-\x7f]/g, upperUnit),
    inJson(json),
  ];
}

/** As string literals of C, JavaScript, Python and Git show it: any quote escaped, bytes beyond ASCII as they like. */
export function literalForms(text: string): string[] {
  return ["", '"', "'", "\"'"].flatMap((quotes) => {
    const escaped = text.replace(/[\\\n\r\t\b\f\v"']/g, (char) => {
      if (char !== '"' && char !== "'") return NAMED.get(char) ?? char;
      return quotes.includes(char) ? `\\${char}` : char;
    });
    return [
      escaped,
      escaped.replace(BEYOND_ASCII_RUN, (run) => eachByte(run, (byte) => `\\${byte.toString(8).padStart(3, "0")}`)),
      escaped.replace(BEYOND_ASCII_RUN, (run) => eachByte(run, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`)),
      escaped.replace(BEYOND_ASCII, lowerUnit),
    ];
  });
}

/** As Java's Properties.store writes a value or a key, and as files do in which everything but letters is escaped. */
export function propertiesForms(text: string): string[] {
  const value = text
    .replace(/[\\\n\r\t\f=:#!]/g, (char) => NAMED.get(char) ?? `\\${char}`)
    .replace(BEYOND_ASCII, upperUnit);
  return [
    value,
    value.replace(/^ /, "\\ "),
    value.replaceAll(" ", "\\ "),
    value.replace(/\\([=:#!])/g, "$1"),
    text.replace(/[^A-Za-z0-9]/g, lowerUnit),
  ];
}

/** As shells and programs that quote for them write it: inside single or double quotes, or with backslashes. */
export function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[\\"$`]/g, "\\$&"),
    text.replace(/[\\"$`!]/g, "\\$&"),
    text.replace(/[^A-Za-z0-9_\-.,:+/@\n]/gu, "\\$&"),
    text.replace(/[^A-Za-z0-9_\-.,:/\n]/gu, "\\$&"),
    text.replace(/[ \t'"\\|&;()<>!{}*[\]?^$`,]/g, "\\$&"),
    text.replace(/[ \t'"\\|&;()<>!{}*[\]?^$`,]|^[#~]/g, "\\$&"),
    text.replace(/[^A-Za-z0-9_]/gu, "\\$&"),
    text.replaceAll("\\", "\\\\"),
  ];
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\v", "\\v"],
]);
const BEYOND_ASCII = /[^\0-\x7f]/g;
const BEYOND_ASCII_RUN = /[^\0-\x7f]+/g;

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** By UTF-16 unit: a character outside the base plane becomes two escapes. */
function lowerUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function upperUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function eachByte(text: string, write: (byte: number) => string): string {
  return [...Buffer.from(text)].map(write).join("");
}
