import { join } from "node:path";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder, type PrivateFolder } from "../job/private-folder.ts";
import { EgressProxy } from "./proxy.ts";

/** The only way out of the sandboxes of a job whose host allows its builds some servers only. */
export class Egress {
  readonly socket: string;
  private readonly proxy: EgressProxy;
  private readonly folder: PrivateFolder;

  private constructor(proxy: EgressProxy, folder: PrivateFolder, socket: string) {
    this.proxy = proxy;
    this.folder = folder;
    this.socket = socket;
  }

  static async open(context: JobContext, hosts: readonly string[]): Promise<Egress> {
    const folder = openPrivateFolder(context, "egress"); // shown to no command; only the socket in it is
    const socket = join(folder.path, "s");
    const proxy = new EgressProxy(hosts, context.host.environment);
    await proxy.listen(socket);
    return new Egress(proxy, folder, socket);
  }

  /** What the command that has just ended wanted to reach and could not: to the log, and as `host:port`. */
  tell(context: JobContext): string[] {
    const { refusals } = this.proxy;
    const { targets } = refusals;
    for (const line of refusals.take()) context.log.line(line);
    return targets;
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.folder.close();
  }
}

/** Opens the way out where this job's commands have only that one. */
export async function openEgress(context: JobContext): Promise<Egress | undefined> {
  const { isolation } = context.host;
  if (!isolation?.hosts || isolation.program === "" || context.spec.platform === "ios") return undefined;
  return await Egress.open(context, isolation.hosts);
}
