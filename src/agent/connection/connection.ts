import { connectivityState, type Interceptor } from "@grpc/grpc-js";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import { ControllerClient } from "./controller-client.ts";
import type { Trust } from "./trust.ts";

const LOOK_MS = 2_000;
/** A server that takes the connection and never speaks leaves grpc-js CONNECTING for ever (grpc-node issue 2785). */
const CONNECTING_MS = 20_000;

/** The connection to the controller. Whoever calls asks for the current client each time: a stuck one is replaced. */
export class Connection {
  private readonly address: string;
  private readonly trust: Trust;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly interceptors: Interceptor[];
  private readonly timer: NodeJS.Timeout;
  private current: ControllerClient;
  private connectingSince: number | undefined;

  constructor(address: string, trust: Trust, clock: Clock, logger: Logger, interceptors: Interceptor[] = []) {
    this.address = address;
    this.trust = trust;
    this.clock = clock;
    this.logger = logger;
    this.interceptors = interceptors;
    this.current = new ControllerClient(address, interceptors, trust);
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  get client(): ControllerClient {
    return this.current;
  }

  close(): void {
    clearInterval(this.timer);
    this.current.close();
  }

  private look(): void {
    const connecting = this.current.control.getChannel().getConnectivityState(false) === connectivityState.CONNECTING;
    const now = this.clock.monotonic();
    if (!connecting) this.connectingSince = undefined;
    else this.connectingSince ??= now;
    if (this.connectingSince === undefined || now - this.connectingSince < CONNECTING_MS) return;
    this.logger.warn({ address: this.address }, "the connection was stuck and is opened anew");
    this.connectingSince = undefined;
    this.current.close();
    this.current = new ControllerClient(this.address, this.interceptors, this.trust);
  }
}
