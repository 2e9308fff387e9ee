import { InterceptingCall, type Interceptor, ListenerBuilder, RequesterBuilder, status } from "@grpc/grpc-js";
import type { AgentMetrics } from "./metrics.ts";

/** Measures each call of the controller that has one answer. Streams stay open by their nature and aren't measured. */
export function measureCalls(metrics: AgentMetrics): Interceptor {
  return (options, nextCall) => {
    const { path, requestStream, responseStream } = options.method_definition;
    if (requestStream || responseStream) return new InterceptingCall(nextCall(options));
    const measure = metrics.rpc.startTimer({ method: path.slice(path.lastIndexOf("/") + 1) });
    const requester = new RequesterBuilder().withStart((metadata, _listener, next) => {
      const listener = new ListenerBuilder().withOnReceiveStatus((ended, pass) => {
        measure({ code: status[ended.code] ?? "UNKNOWN" });
        pass(ended);
      });
      next(metadata, listener.build());
    });
    return new InterceptingCall(nextCall(options), requester.build());
  };
}
