import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { wait } from "../../base/time/wait.ts";
import type { StepId } from "../../protocol/steps.ts";
import type { JobContext } from "../job/context.ts";
import { FOREIGN_CONFIG, gitLogged, gitQuietly } from "./git.ts";
import { DamagedMirror, gitFailure, isDamage, isRefusedCommit } from "./git-failure.ts";
import type { Logins } from "./login.ts";
import { countObjects } from "./mirror.ts";
import type { Origin } from "./origin.ts";
import { sshHost } from "./repository-address.ts";

const TRIES = 3;
/** For a server that the app's settings don't name: none of the keys that lie on the host are shown to it. */
const NO_KEYS = "-oIdentitiesOnly=yes -oIdentityFile=none -oIdentityAgent=none";

/** A repository on its server. Credentials are asked for at the first call. */
export class Remote {
  readonly origin: Origin;
  readonly mirror: string;
  private readonly context: JobContext;
  private readonly step: StepId;
  private readonly logins: Logins;
  private hasLogin = false;

  constructor(context: JobContext, logins: Logins, origin: Origin, mirror: string, step: StepId) {
    this.context = context;
    this.logins = logins;
    this.origin = origin;
    this.mirror = mirror;
    this.step = step;
  }

  /** The output of `git ls-remote`. Throws the REPOSITORY_… errors. */
  async list(): Promise<string> {
    return await this.again(async () => {
      const args = ["ls-remote", "--", this.origin.url];
      const answer = await gitQuietly(this.context, { ...(await this.call()), args });
      if (!answer.ok) throw this.failure(answer.stderr);
      return answer.stdout.toString();
    });
  }

  /** Fetches with these refspecs; answers whether the server refused, as by not having one. Throws the REPOSITORY_… errors. */
  async fetch(refs: readonly string[]): Promise<"fetched" | "refused"> {
    const before = await countObjects(this.context, this.mirror);
    const refused = await this.again(() => this.fetchRefs(refs));
    if (refused) return "refused";
    const objects = (await countObjects(this.context, this.mirror)) - before;
    this.context.log.line(`Fetched ${objects} objects into the mirror`);
    return "fetched";
  }

  /** What git needs to reach the server as this repository may: for git-lfs too. */
  async call() {
    const login = await this.logins.of(this.origin);
    this.hasLogin = login.given;
    const { fromCommit, appLogin, url } = this.origin;
    const ssh = this.context.host.environment["GIT_SSH_COMMAND"] ?? "ssh -oBatchMode=yes -oConnectTimeout=20";
    const keyless = fromCommit && !appLogin && sshHost(url) !== undefined;
    return {
      step: this.step,
      cwd: this.mirror,
      environment: { ...login.environment, ...(keyless ? { GIT_SSH_COMMAND: `${ssh} ${NO_KEYS}` } : {}) },
      settings: fromCommit ? FOREIGN_CONFIG : [],
    };
  }

  private async fetchRefs(refs: readonly string[]): Promise<boolean> {
    // What is gone on the server could stand in the way: a branch a of once and a branch a/b of now.
    const options = ["--prune", "--no-tags", "--no-write-fetch-head", "--progress"];
    const args = ["fetch", ...options, "--", this.origin.url, ...refs];
    const answer = await gitLogged(this.context, { ...(await this.call()), args });
    const said = answer.recent.all().join("\n");
    if (!answer.ok && isDamage(said)) throw new DamagedMirror(`the mirror is damaged: ${said.slice(-300)}`);
    if (!answer.ok && !isRefusedCommit(said)) throw this.failure(said);
    return !answer.ok;
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
    return gitFailure(stderr, this.origin.url, this.context.spec.app.name, this.hasLogin);
  }
}
