/** A name that comes out of a file, fit to be shown: without control characters, and not longer than a line. */
export function printable(name: string): string {
  const clean = name.replace(/\p{C}/gu, "?");
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}

/** "a, b and 3 more" */
export function listed(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map(printable).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
