import {
  connectivityState,
  InterceptingCall,
  type Interceptor,
  ListenerBuilder,
  RequesterBuilder,
} from "@grpc/grpc-js";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import { ControllerClient } from "./controller-client.ts";
import { refusalOf } from "./refusals.ts";
import type { ShownCertificate, Trust } from "./trust.ts";

const LOOK_MS = 2_000;
/** A server that takes the connection and never speaks leaves grpc-js CONNECTING for ever (grpc-node issue 2785). */
const CONNECTING_MS = 20_000;

/** The connection to the controller. Whoever calls asks for the current client each time: a stuck one is replaced. */
export class Connection {
  /** The controller wants another client certificate than the one that is shown, or any at all. */
  onCertificateRefused: () => void = () => {};
  private readonly address: string;
  private trust: Trust;
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
    this.interceptors = [...interceptors, noticeRefusals(() => this.onCertificateRefused())];
    this.current = new ControllerClient(address, this.interceptors, trust);
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  get client(): ControllerClient {
    return this.current;
  }

  /** Shows this client certificate from now on. What is under way goes on as it began. */
  show(shown: ShownCertificate): void {
    if (!this.trust.tls) return;
    this.trust = { ...this.trust, shown };
    this.renew();
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
    this.renew();
  }

  private renew(): void {
    this.connectingSince = undefined;
    this.current.close();
    this.current = new ControllerClient(this.address, this.interceptors, this.trust);
  }
}

function noticeRefusals(notice: () => void): Interceptor {
  return (options, nextCall) => {
    const requester = new RequesterBuilder().withStart((metadata, _listener, next) => {
      const listener = new ListenerBuilder().withOnReceiveStatus((ended, pass) => {
        if (refusalOf(ended)?.code === "CLIENT_CERTIFICATE_REFUSED") notice();
        pass(ended);
      });
      next(metadata, listener.build());
    });
    return new InterceptingCall(nextCall(options), requester.build());
  };
}
