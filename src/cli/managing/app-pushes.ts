import type { AppChangeRequest } from "../../protocol/app-api.ts";
import { unknownWord, usageError } from "../usage.ts";

/** What pushes do, as it was typed. */
export interface AppPushOptions {
  gitUrl?: string;
  ownRemote?: boolean;
  /** `on` or `off`. */
  deployOnPush?: string;
  cancelOlder?: string;
}

/** The settings that were named. Throws USAGE. */
export function appPushes(
  command: string,
  options: AppPushOptions,
): Pick<AppChangeRequest, "ownRemote" | "deployOnPush" | "cancelOlder"> {
  const { gitUrl, ownRemote, deployOnPush, cancelOlder } = options;
  if (ownRemote && gitUrl !== undefined) {
    throw usageError(command, "--own-remote takes the place of --git-url: name one of them.");
  }
  return {
    ...(ownRemote ? { ownRemote } : {}),
    ...(deployOnPush === undefined ? {} : { deployOnPush: isOn(command, "--deploy-on-push", deployOnPush) }),
    ...(cancelOlder === undefined ? {} : { cancelOlder: isOn(command, "--cancel-older", cancelOlder) }),
  };
}

function isOn(command: string, option: string, word: string): boolean {
  if (word === "on" || word === "off") return word === "on";
  throw unknownWord(command, `value of ${option}`, word, ["on", "off"]);
}
