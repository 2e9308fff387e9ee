const MOST_CHARACTERS = 200;

/** The first line of a commit's message, fit to be stored and shown. */
export function firstLine(message: string): string {
  const line = message.trimStart().split(/[\r\n]/, 1)[0] ?? "";
  return [...line]
    .filter((char) => char >= " " && char !== "\u007f")
    .slice(0, MOST_CHARACTERS)
    .join("")
    .trimEnd();
}
