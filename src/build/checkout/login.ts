import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../../base/ids.ts";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import type { Origin } from "./origin.ts";

/**
 * git asks this program for the user name and for the password; it answers from the files beside it, and only for the
 * server that they are for (or by https on the same host): a redirect or a file of the commit may make git ask for another.
 * git-lfs asks again for ever when a server refuses what it got (measured with 3.3), so that there is an end to the answers.
 */
const ASKPASS = `#!/bin/sh
printf x >>"$0.asked"
[ "$(wc -c <"$0.asked")" -le 40 ] || exit 1
server=$(cat "$0.server")
host=\${server#*://}
for scheme in "\${server%%://*}" https; do
  case "$1" in
  "Username for '$scheme://$host': "|"Username for \\"$scheme://$host\\""*) exec cat "$0.username" ;;
  "Password for '$scheme://"*"@$host': "|"Password for \\"$scheme://"*"@$host\\""*) exec cat "$0.password" ;;
  esac
done
exit 1
`;

export interface Login {
  /** For the environment of the git that talks to the server; empty when there are no credentials. */
  environment: Record<string, string>;
  given: boolean;
}

/** The credentials that lie on the host, readable by this user only, from the first call that needs them until `close`. */
export class Logins {
  private readonly context: JobContext;
  private readonly open = new Map<string, Promise<Login>>();
  private readonly closings: (() => void)[] = [];

  constructor(context: JobContext) {
    this.context = context;
  }

  /** What a repository's server may be told: submodules on the app's own host have one with the app. */
  of(origin: Origin): Promise<Login> {
    const server = /^https?:\/\/[^/?#]+/i.exec(origin.url)?.[0] ?? "";
    const key = JSON.stringify([server, origin.appLogin, origin.login]);
    const login = this.open.get(key) ?? this.lay(origin, server);
    this.open.set(key, login);
    return login;
  }

  close(): void {
    for (const close of this.closings.splice(0)) close();
    this.open.clear();
  }

  private async lay(origin: Origin, server: string): Promise<Login> {
    const login = (origin.appLogin ? await this.context.materials.git() : undefined) ?? origin.login;
    if (!login || server === "") return { environment: {}, given: login !== undefined };
    this.context.log.redactor.add([login.password]);
    const folder = openPrivateFolder(this.context, `git-${newId("g")}`);
    this.closings.push(() => folder.close());
    const program = join(folder.path, "askpass");
    writeFileSync(`${program}.username`, login.username, { mode: 0o600 });
    writeFileSync(`${program}.password`, login.password, { mode: 0o600 });
    writeFileSync(`${program}.server`, server, { mode: 0o600 });
    writeFileSync(program, ASKPASS, { mode: 0o700 });
    return { environment: { GIT_ASKPASS: program }, given: true };
  }
}
