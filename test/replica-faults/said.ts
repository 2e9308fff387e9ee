import { existsSync, readFileSync } from "node:fs";

interface Said {
  level: number | string;
  time: string;
  msg: string;
  err?: { message: string; stack?: string; failure?: { code: string } };
}

/** The lines of JSON in a program's log; other lines are left out. */
export function linesOf(file: string): Said[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line.startsWith("{") ? [JSON.parse(line) as Said] : [];
      } catch {
        return []; // cut in two by a kill
      }
    });
}

/** When a controller said that it leads, in milliseconds since 1970. */
export function leadsIn(file: string): number[] {
  return linesOf(file)
    .filter(({ msg }) => msg === "this controller leads")
    .map(({ time }) => Date.parse(time));
}

/** What a program says while its store is away. */
const STORE_AWAY = /^STORE_(UNREACHABLE|BUSY)$/;

/** What a program takes for an error, but that its store was away. */
export function errorsIn(file: string): string[] {
  return linesOf(file)
    .filter(({ level }) => level === "error" || level === "fatal" || Number(level) >= 50)
    .filter(({ err }) => !STORE_AWAY.test(err?.failure?.code ?? ""))
    .map(({ time, msg, err }) => `${time} ${msg}${err ? `: ${err.stack ?? err.message}` : ""}`);
}

/** The codes of the errors with which starts of a program ended, but those of a store that was away. */
export function failedStartsIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const codes = [...readFileSync(file, "utf8").matchAll(/^Fault .*\[([A-Z_]+)\]$/gm)].map(([, code = ""]) => code);
  return codes.filter((code) => !STORE_AWAY.test(code));
}

/** The last of a file, for reports. */
export function tailOf(file: string, bytes = 1500): string {
  return existsSync(file) ? readFileSync(file, "utf8").slice(-bytes) : "";
}
