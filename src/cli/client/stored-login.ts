import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";

const TOKEN_FILE = "token";

/**
 * Keeps a login for later commands: the token in a file of its own beside the configuration, which only its owner may read,
 * and address and name of that file in the configuration. Other lines of it stay. Throws LOGIN_NOT_STORED,
 * CLIENT_CONFIG_INVALID.
 */
export async function storeLogin(configFile: string, login: { url: string; token: string }): Promise<void> {
  const tokenFile = join(dirname(configFile), TOKEN_FILE);
  const { url, token } = login;
  const text = await withKeys(configFile, { url, tokenFile: TOKEN_FILE });
  writing(tokenFile, () => {
    mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
    writeFileAtomically(tokenFile, `${token}\n`, 0o600);
  });
  writing(configFile, () => replace(configFile, text));
}

/** Forgets a login: the token's file, and its name in the configuration. The address stays. Throws LOGIN_NOT_STORED. */
export async function forgetLogin(configFile: string): Promise<void> {
  writing(join(dirname(configFile), TOKEN_FILE), () => rmSync(join(dirname(configFile), TOKEN_FILE), { force: true }));
  if (!existsSync(configFile)) return;
  const text = await withKeys(configFile, { tokenFile: undefined });
  writing(configFile, () => replace(configFile, text));
}

/** The file's text with these keys set or taken out; comments and what else is in it stay. */
async function withKeys(file: string, keys: Record<string, string | undefined>): Promise<string> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(existsSync(file) ? readFileSync(file, "utf8") : "");
  const [fault] = document.errors;
  if (fault) throw errorOf("CLIENT_CONFIG_INVALID", { file, reason: fault.message });
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined) document.delete(key);
    else document.set(key, value);
  }
  const text = document.toString();
  return text === "{}\n" || text === "null\n" ? "" : text;
}

/** The file may be a link to where its owner keeps all such files. */
function replace(file: string, text: string): void {
  if (existsSync(file)) writeFileAtomically(realpathSync(file), text, statSync(file).mode & 0o777);
  else writeFileAtomically(file, text, 0o644);
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw errorOf("LOGIN_NOT_STORED", { file, reason: (cause as Error).message }, { cause });
  }
}
