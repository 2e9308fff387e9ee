import { readFileSync, statSync } from "node:fs";
import { readKey } from "../../agent/connection/host-key.ts";
import { failureOf, toFailure } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok } from "./check.ts";

const TOKEN = { id: "token", title: "Agent token" };
const KEY = { id: "key", title: "Agent key" };

/** Whether there is a key or a token to show, and what is to be said of its file. */
export function checkIdentity(files: { keyFile: string; tokenFile: string }): { usable: boolean; check: Check } {
  return files.keyFile === "" ? checkToken(files.tokenFile) : checkKey(files.keyFile);
}

function checkKey(file: string): { usable: boolean; check: Check } {
  try {
    readKey(file);
  } catch (error) {
    return { usable: false, check: broken(KEY, toFailure(error)) };
  }
  const exposed = exposure(file);
  if (exposed === undefined) return { usable: true, check: ok(KEY, `${file}, for its owner only`) };
  return { usable: true, check: broken(KEY, failureOf("AGENT_KEY_EXPOSED", { file, mode: exposed }), "warning") };
}

function checkToken(file: string): { usable: boolean; check: Check } {
  const refused = (reason: string) => {
    return { usable: false, check: broken(TOKEN, failureOf("AGENT_REFUSED", { reason })) };
  };
  let exposed: string | undefined;
  try {
    if (readFileSync(file, "utf8").trim() === "") return refused(`The file ${file} is empty.`);
    exposed = exposure(file);
  } catch (error) {
    return refused(`The agent token can't be read: ${(error as Error).message}.`);
  }
  if (exposed === undefined) return { usable: true, check: ok(TOKEN, `${file}, for its owner only`) };
  return { usable: true, check: broken(TOKEN, failureOf("AGENT_TOKEN_EXPOSED", { file, mode: exposed }), "warning") };
}

/** The mode of a file that others can read too. */
function exposure(file: string): string | undefined {
  const mode = statSync(file).mode & 0o777;
  return (mode & 0o044) === 0 ? undefined : mode.toString(8).padStart(4, "0");
}
