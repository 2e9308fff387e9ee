/**
 * Writes a properties file that Java's Properties.load reads back exactly, in any charset: everything but ASCII letters and
 * digits is escaped, since `:`, `=`, `#`, `!`, backslashes and leading blanks mean something there.
 */
export function javaProperties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${escapeValue(value)}\n`)
    .join("");
}

function escapeValue(value: string): string {
  // By UTF-16 unit, as Java wants a character outside the base plane: two escapes.
  return value.replace(/[^A-Za-z0-9]/g, (unit) => escapeUnits(unit));
}

function escapeUnits(text: string): string {
  return [...Array(text.length).keys()]
    .map((index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}
