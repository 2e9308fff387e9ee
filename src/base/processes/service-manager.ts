import { execFile } from "node:child_process";
import type { Logger } from "../observe/logger.ts";

/**
 * What systemd is told of this process: that it is ready, that it lives, that it ends. Node can't send datagrams to a Unix
 * socket, so `systemd-notify` does it: the unit needs NotifyAccess=all. Does nothing where no service manager asks for it.
 */
export class ServiceManager {
  private readonly socket: string | undefined;
  private readonly everyMs: number | undefined;
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;

  /** Takes the variables of systemd out of `env`: they are for this process, and for none that it starts. */
  constructor(env: Record<string, string | undefined>, logger: Logger) {
    const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdog, WATCHDOG_PID: pid } = env;
    this.socket = socket || undefined;
    const mine = pid === undefined || Number(pid) === process.pid;
    this.everyMs = this.socket && watchdog && mine ? Number(watchdog) / 1000 / 3 : undefined;
    this.logger = logger;
    for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete env[name];
  }

  /** Says that the service is up, and from then on that it lives, as long as `whyStuck` knows nothing against it. */
  ready(whyStuck: () => string | undefined = () => undefined): void {
    this.tell("READY=1");
    if (this.everyMs === undefined) return;
    this.timer = setInterval(() => {
      const reason = whyStuck();
      if (reason === undefined) this.tell("WATCHDOG=1");
      else this.logger.error({ reason }, "the service manager is not told that this process lives: it will restart it");
    }, this.everyMs);
    this.timer.unref();
  }

  /** Says that the service is about to end. */
  stopping(): void {
    this.tell("STOPPING=1");
  }

  close(): void {
    clearInterval(this.timer);
  }

  private tell(state: string): void {
    if (!this.socket) return;
    const env = { PATH: process.env["PATH"] ?? "", NOTIFY_SOCKET: this.socket };
    execFile("systemd-notify", [state], { env, timeout: 10_000 }, (error) => {
      if (error) this.logger.warn({ err: error, state }, "the service manager could not be told");
    });
  }
}
