import { useEffect, useState } from "preact/hooks";
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
  const live = useChanges(`/api/v1/builds/changes${queryOf({ app: filter.app, ...scope })}`, resource, filter);
  const { value } = resource;
  const next = value?.next;
  const older = async () => {
    const page = await call<BuildsAnswer>(
      "GET",
      `/builds${queryOf({ ...filter, ...scope, limit: PAGE, before: next })}`,
    );
    resource.replace({ ...page, builds: [...(value?.builds ?? []), ...page.builds] });
  };
  return { ...resource, older: next === undefined ? undefined : older, live };
}

function useChanges(address: string, resource: Resource<BuildsAnswer>, filter: BuildsFilter): boolean {
  const [live, setLive] = useState(false);
  const [changes, setChanges] = useState<readonly Build[]>([]);
  useEffect(() => {
    let wasConnected = false;
    return openStream({
      address: () => address,
      endsByItself: () => false,
      onBytes: jsonLines<Build>((build) => setChanges((before) => [...before, build])),
      onConnected: (connected) => {
        setLive(connected);
        if (connected && wasConnected) resource.reload(); // what happened meanwhile
        wasConnected = wasConnected || connected;
      },
    });
  }, [address]);
  useEffect(() => {
    if (changes.length === 0 || !resource.value) return;
    const { builds, ...rest } = resource.value;
    const all = changes.reduce((shown, build) => withChange(shown, build, shows(filter, build)), builds);
    setChanges([]);
    if (all !== builds) resource.replace({ ...rest, builds: all });
  }, [changes, resource.value]);
  return live;
}
