import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import { jsonLines, openStream } from "../client/stream.ts";

export interface WatchedBuild {
  build: BuildDetails | undefined;
  failure: Failure | undefined;
  status: number | undefined;
  /** Whether changes are shown as they happen; an ended build has none. */
  live: boolean;
}

export function hasEnded({ status }: { status: BuildDetails["status"] }): boolean {
  return status === "success" || status === "failed" || status === "canceled";
}

/** A build as it is now, and after each change until it has ended. */
export function useBuild(id: string): WatchedBuild {
  const [state, setState] = useState<WatchedBuild>(NOTHING);
  useEffect(() => {
    setState(NOTHING);
    let last: BuildDetails | undefined;
    const take = (build: BuildDetails) => {
      last = build;
      setState({ build, failure: undefined, status: undefined, live: true });
    };
    return openStream({
      address: () => `/api/v1/builds/${encodeURIComponent(id)}/watch`,
      endsByItself: () => last !== undefined && hasEnded(last),
      taker: () => jsonLines(take),
      onConnected: (live) => setState((before) => ({ ...before, live })),
      onFailed: ({ failure, status }) => setState((before) => ({ ...before, failure, status })),
    });
  }, [id]);
  return state;
}

const NOTHING: WatchedBuild = { build: undefined, failure: undefined, status: undefined, live: false };
