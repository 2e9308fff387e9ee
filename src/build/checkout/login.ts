import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import type { RepositoryAddress } from "./repository-address.ts";

/** git asks this program for the user name and for the password; it answers from the files beside it. */
const ASKPASS = `#!/bin/sh
case "$1" in
Username*) exec cat "$0.username" ;;
*) exec cat "$0.password" ;;
esac
`;

export interface Login {
  /** For the environment of the git that talks to the server; empty when there are no credentials. */
  environment: Record<string, string>;
  given: boolean;
  close(): void;
}

/** Gets the credentials of the app and lays them out for git, readable by this user only, until `close`. */
export async function openLogin(context: JobContext, address: RepositoryAddress): Promise<Login> {
  const login = (await context.materials.git()) ?? address.login;
  if (!login) return { environment: {}, given: false, close: () => {} };
  context.log.redactor.add([login.password]);
  const folder = openPrivateFolder(context, "git");
  const program = join(folder.path, "askpass");
  writeFileSync(`${program}.username`, login.username, { mode: 0o600 });
  writeFileSync(`${program}.password`, login.password, { mode: 0o600 });
  writeFileSync(program, ASKPASS, { mode: 0o700 });
  return { environment: { GIT_ASKPASS: program }, given: true, close: folder.close };
}
