import { chownSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { agentUser } from "./ask-release.ts";
import type { PrefixPaths } from "./prefix.ts";

const LAUNCH = fileURLToPath(new URL("launch.sh", import.meta.url));

/**
 * Makes the folders of a prefix, and with the first release its launcher. `state` is given to the agent's user, as whom
 * the launcher writes there. Throws UPGRADE_NOT_ALLOWED.
 */
export function preparePrefix(paths: PrefixPaths, config: string): void {
  try {
    for (const folder of [paths.prefix, paths.releases, dirname(paths.command), paths.state]) {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    }
    if (process.getuid?.() === 0) {
      const { uid, gid } = agentUser(config);
      chownSync(paths.state, uid, gid);
    }
    if (existsSync(paths.launch)) return;
    const text = readFileSync(LAUNCH, "utf8").replace("@PREFIX@", quoted(paths.prefix));
    writeFileAtomically(paths.command, `#!/bin/sh\nexec ${quoted(paths.launch)} --command "$@"\n`, 0o755);
    writeFileAtomically(paths.launch, text.replace("@NODE@", process.execPath), 0o755);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw cause;
    throw errorOf("UPGRADE_NOT_ALLOWED", { prefix: paths.prefix, reason: message }, { cause });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
