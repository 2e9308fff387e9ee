import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { wait } from "../../base/time/wait.ts";
import type { JobContext } from "../job/context.ts";
import { gitLogged, gitQuietly } from "./git.ts";
import { gitFailure, isRefusedCommit } from "./git-failure.ts";
import { type Login, openLogin } from "./login.ts";
import { countObjects } from "./mirror.ts";
import type { RepositoryAddress } from "./repository-address.ts";
import type { Wanted } from "./resolve-commit.ts";

const TRIES = 3;
const EVERYTHING = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];

/** The repository on its server. Credentials are asked for at the first call and lie on the host until `close`. */
export class Remote {
  private readonly context: JobContext;
  private readonly address: RepositoryAddress;
  private readonly mirror: string;
  private login: Login | undefined;

  constructor(context: JobContext, address: RepositoryAddress, mirror: string) {
    this.context = context;
    this.address = address;
    this.mirror = mirror;
  }

  get url(): string {
    return this.address.url;
  }

  close(): void {
    this.login?.close();
  }

  /** The output of `git ls-remote`. Throws the REPOSITORY_… errors. */
  async list(): Promise<string> {
    return await this.again(async () => {
      const args = ["ls-remote", "--", this.url];
      const answer = await gitQuietly(this.context, { ...(await this.call()), args });
      if (!answer.ok) throw this.failure(answer.stderr);
      return answer.stdout.toString();
    });
  }

  /**
   * Fetches one commit by its digits; all branches and tags where the server doesn't give out single commits. Throws the
   * REPOSITORY_… errors. Whether the commit came is for the caller to see.
   */
  async fetch(wanted: Wanted): Promise<void> {
    const before = await countObjects(this.context, this.mirror);
    await this.again(async () => {
      const refused = await this.fetchRefs([`+${wanted.sha}:refs/millwright/commits/${wanted.sha}`]);
      if (!refused) return;
      this.context.log.line("The server doesn't give out this commit alone: fetching all branches and tags");
      await this.fetchRefs(EVERYTHING);
    });
    const objects = (await countObjects(this.context, this.mirror)) - before;
    this.context.log.line(`Fetched ${objects} objects into the mirror`);
  }

  private async fetchRefs(refs: readonly string[]): Promise<boolean> {
    const args = ["fetch", "--no-tags", "--no-write-fetch-head", "--progress", "--", this.url, ...refs];
    const answer = await gitLogged(this.context, { ...(await this.call()), args });
    const said = answer.recent.all().join("\n");
    if (!answer.ok && !isRefusedCommit(said)) throw this.failure(said);
    return !answer.ok;
  }

  private async call() {
    this.login ??= await openLogin(this.context, this.address);
    return { step: "fetch" as const, cwd: this.mirror, environment: this.login.environment };
  }

  /** Tries again what broke off, and nothing else: a refusal stays one. */
  private async again<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        const brokeOff = error instanceof MillwrightError && error.code === "REPOSITORY_STALLED";
        if (!brokeOff || tries === TRIES) throw error;
        this.context.log.line(`The transfer broke off; trying again (${tries + 1} of ${TRIES})`);
        await wait(1000 * tries, this.context.stop.signal);
        this.context.stop.check();
      }
    }
  }

  private failure(stderr: string): MillwrightError {
    return gitFailure(stderr, this.url, this.context.spec.app.name, this.login?.given ?? false);
  }
}
