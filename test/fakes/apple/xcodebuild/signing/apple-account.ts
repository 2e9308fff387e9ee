import { existsSync } from "node:fs";
import { absolute } from "../../machine/machine.ts";
import { Refusal } from "../../machine/tool.ts";
import type { BuildRequest } from "../project/target-settings.ts";

/** "" where Xcode has an account or a key that Apple knows; else what it prints. */
export function mayAskApple({ machine, line }: Pick<BuildRequest, "machine" | "line">): string {
  const path = line.option("authenticationKeyPath");
  const id = line.option("authenticationKeyID");
  const issuer = line.option("authenticationKeyIssuerID");
  if (path === undefined && id === undefined && issuer === undefined) {
    return machine.settings.accountSignedIn ? "" : "No Accounts: Add a new account in Accounts settings.";
  }
  if (path === undefined || id === undefined || issuer === undefined) {
    const all = "-authenticationKeyPath, -authenticationKeyID and -authenticationKeyIssuerID";
    throw new Refusal(64, `xcodebuild: error: The options ${all} must be specified together.`);
  }
  if (!existsSync(absolute(machine, path))) {
    throw new Refusal(64, `xcodebuild: error: The authentication key file '${path}' does not exist.`);
  }
  const known = machine.settings.apiKeys.some((key) => key.id === id && key.issuer === issuer);
  return known ? "" : "Authentication failed: The provided API key was not accepted.";
}
