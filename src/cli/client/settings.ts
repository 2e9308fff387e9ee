import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Environment } from "../terminal/kind.ts";

/** Where the controller is, and the token to show there. */
export interface ControllerAddress {
  /** Without a slash at the end; may hold a path. */
  url: string;
  token?: string;
}

export interface AddressOptions {
  url?: string;
  tokenFile?: string;
}

/**
 * Address and token from the options, else MILLWRIGHT_URL and MILLWRIGHT_TOKEN, else the person's configuration file.
 * The token of that file is only shown to the controller of that file. Throws CONTROLLER_NOT_NAMED, USAGE for an address
 * that is none, FILE_UNREADABLE, CLIENT_CONFIG_INVALID.
 */
export async function controllerAddress(options: AddressOptions, environment: Environment): Promise<ControllerAddress> {
  const file = configFile(environment);
  const named = options.url ?? (environment["MILLWRIGHT_URL"] || undefined);
  const needsFile = named === undefined || (!options.tokenFile && !environment["MILLWRIGHT_TOKEN"]);
  const config = needsFile && existsSync(file) ? await readConfig(file) : {};
  const url = normalUrl(named ?? config.url ?? "", file);
  const fromConfig = config.url !== undefined && normalUrl(config.url, file) === url;
  const token =
    readToken(options.tokenFile) ??
    (environment["MILLWRIGHT_TOKEN"] || undefined) ??
    (fromConfig ? readToken(config.tokenFile) : undefined);
  return token === undefined ? { url } : { url, token };
}

/** The address alone, for those who have no token yet. Throws as `controllerAddress` does. */
export async function controllerUrl(options: AddressOptions, environment: Environment): Promise<string> {
  const file = configFile(environment);
  const named = options.url ?? (environment["MILLWRIGHT_URL"] || undefined);
  const config = named === undefined && existsSync(file) ? await readConfig(file) : {};
  return normalUrl(named ?? config.url ?? "", file);
}

/** Where the person's own configuration is, if there is one. */
export function configFile(environment: Environment): string {
  const folder = environment["XDG_CONFIG_HOME"] || join(environment["HOME"] || homedir(), ".config");
  return join(folder, "millwright", "config.yaml");
}

/** Zod and the YAML parser are only loaded when there is a file to read. */
async function readConfig(file: string): Promise<AddressOptions> {
  const { readClientConfig } = await import("./config-file.ts");
  const config = readClientConfig(file);
  const tokenFile = config.tokenFile?.replace(/^~(?=\/)/, homedir());
  return {
    ...(config.url === undefined ? {} : { url: config.url }),
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(dirname(file), tokenFile) }),
  };
}

function normalUrl(text: string, file: string): string {
  if (text === "") throw errorOf("CONTROLLER_NOT_NAMED", { file });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
    throw errorOf("USAGE", {
      reason:
        "The controller's address must look like http://HOST:PORT or https://HOST, without a name or password in it.",
      command: "millwright",
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw errorOf("FILE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw errorOf("FILE_UNREADABLE", { file, reason: "It should hold one line with a token." });
}
