import { readFileSync, statSync } from "node:fs";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok } from "./check.ts";

const NAMED = { id: "token", title: "Agent token" };

/** The token, when it can be read, and what is to be said of its file. */
export function checkToken(file: string): { token?: string; check: Check } {
  const refused = (reason: string) => ({ check: broken(NAMED, failureOf("AGENT_REFUSED", { reason })) });
  let token: string;
  let mode: number;
  try {
    token = readFileSync(file, "utf8").trim();
    mode = statSync(file).mode & 0o777;
  } catch (error) {
    return refused(`The agent token can't be read: ${(error as Error).message}.`);
  }
  if (token === "") return refused(`The file ${file} is empty.`);
  if ((mode & 0o044) !== 0) {
    const values = { file, mode: mode.toString(8).padStart(4, "0") };
    return { token, check: broken(NAMED, failureOf("AGENT_TOKEN_EXPOSED", values), "warning") };
  }
  return { token, check: ok(NAMED, `${file}, for its owner only`) };
}
