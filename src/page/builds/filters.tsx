import { useLocation } from "preact-iso";
import type { App } from "../../protocol/app-api.ts";
import { BUILD_STATUSES } from "../../protocol/build-types.ts";
import { queryOf } from "../client/api.ts";
import { useResource } from "../client/use-resource.ts";
import { account } from "../session/session.ts";
import { addressOf, type BuildsFilter, isEmpty } from "./filter.ts";

const PLATFORMS = [
  ["android", "Android"],
  ["ios", "iOS"],
  ["web", "Web (deploy)"],
] as const;

/** The filters above the list. A choice changes the address, so that Back takes it away again. */
export function Filters({ filter }: { filter: BuildsFilter }) {
  const { route } = useLocation();
  const apps = useResource<{ apps: App[] }>(`/apps${queryOf({ account: account.value })}`).value?.apps ?? [];
  const change = (part: Partial<BuildsFilter>) => route(addressOf({ ...filter, ...part }));
  const chosen = (name: keyof BuildsFilter) => (event: Event) => {
    change({ [name]: (event.currentTarget as HTMLSelectElement).value });
  };
  return (
    <search class="filters">
      <select aria-label="App" value={filter.app} onChange={chosen("app")}>
        <option value="">All apps</option>
        {apps.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="Platform" value={filter.platform} onChange={chosen("platform")}>
        <option value="">All platforms</option>
        {PLATFORMS.map(([platform, name]) => (
          <option key={platform} value={platform}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="Status" value={filter.status} onChange={chosen("status")}>
        <option value="">Any status</option>
        {BUILD_STATUSES.map((status) => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Branch"
        placeholder="Any branch"
        value={filter.branch}
        onChange={chosen("branch")}
      />
      {!isEmpty(filter) && (
        <a class="button quiet-button" href="/builds">
          Clear
        </a>
      )}
    </search>
  );
}
