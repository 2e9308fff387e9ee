import { useEffect, useRef, useState } from "preact/hooks";
import type { Build } from "../../protocol/api.ts";
import { call, queryOf } from "../client/api.ts";
import { jsonLines, openStream } from "../client/stream.ts";
import { type Resource, useResource } from "../client/use-resource.ts";
import { account } from "../session/session.ts";
import { type BuildsFilter, shows } from "./filter.ts";
import { withChange } from "./shown-builds.ts";

interface BuildsAnswer {
  builds: readonly Build[];
  next?: number;
}

export interface Builds extends Resource<BuildsAnswer> {
  /** Loads the page before; undefined when there is none. */
  older: (() => Promise<void>) | undefined;
  /** Whether changes are shown as they happen. */
  live: boolean;
}

const PAGE = 50;

/** The builds of a filter, newest first, as they change. */
export function useBuilds(filter: BuildsFilter): Builds {
  const scope = { account: account.value };
  const path = `/builds${queryOf({ ...filter, ...scope, limit: PAGE })}`;
  const resource = useResource<BuildsAnswer>(path);
  const latest = useRef({ path, filter, value: resource.value });
  latest.current = { path, filter, value: resource.value };
  const live = useChanges(`/api/v1/builds/changes${queryOf({ app: filter.app, ...scope })}`, {
    onChanged: (build) => resource.change((shown) => changed(shown, build, shows(latest.current.filter, build))),
    onConnected: () => latest.current.value && resource.reload(), // what happened before it is told to nobody
  });
  const next = resource.value?.next;
  const older = async () => {
    const page = await call<BuildsAnswer>("GET", `${path}&before=${next}`);
    if (latest.current.path !== path) return;
    resource.change((now) => (now.next === next ? { ...page, builds: [...now.builds, ...page.builds] } : now));
  };
  return { ...resource, older: next === undefined ? undefined : older, live };
}

function changed(answer: BuildsAnswer, build: Build, shown: boolean): BuildsAnswer {
  const builds = withChange(answer.builds, build, shown);
  return builds === answer.builds ? answer : { ...answer, builds };
}

interface ChangesWishes {
  onChanged: (build: Build) => void;
  onConnected: () => void;
}

function useChanges(address: string, { onChanged, onConnected }: ChangesWishes): boolean {
  const [live, setLive] = useState(false);
  useEffect(
    () =>
      openStream({
        address: () => address,
        endsByItself: () => false,
        taker: () => jsonLines<Build>(onChanged),
        onConnected: (connected) => {
          setLive(connected);
          if (connected) onConnected();
        },
      }),
    [address],
  );
  return live;
}
