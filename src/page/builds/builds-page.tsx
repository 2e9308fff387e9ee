import { useLocation } from "preact-iso";
import type { Build } from "../../protocol/api.ts";
import { useAction } from "../client/use-action.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { useTitle } from "../frame/title.ts";
import { BuildRow } from "./build-row.tsx";
import { filterOf, isEmpty } from "./filter.ts";
import { Filters } from "./filters.tsx";
import { useBuilds } from "./use-builds.ts";
import "./builds.css";

/** The history: what runs, what waits, what was. */
export function BuildsPage() {
  useTitle("Builds");
  const { query } = useLocation();
  const filter = filterOf(query);
  const { value, failure, older, live, loading } = useBuilds(filter);
  const more = useAction(async () => older?.());
  return (
    <>
      <div class="row spread builds-head">
        <h1>Builds</h1>
        <p class="quiet builds-live">{value && (live ? "Live" : "Not live: trying to reach the controller")}</p>
      </div>
      <Filters filter={filter} />
      <FailureBox failure={failure ?? more.failure} />
      {value && value.builds.length > 0 && <BuildTable builds={value.builds} />}
      {value?.builds.length === 0 && !loading && <Nothing filtered={!isEmpty(filter)} />}
      {older && (
        <p class="builds-more">
          <button type="button" disabled={more.running} onClick={() => more.run()}>
            {more.running ? "Loading…" : "Show older builds"}
          </button>
        </p>
      )}
    </>
  );
}

function BuildTable({ builds }: { builds: readonly Build[] }) {
  return (
    <div class="table-scroll">
      <table class="builds">
        <thead>
          <tr>
            <th scope="col">Build</th>
            <th scope="col">Status</th>
            <th scope="col">App</th>
            <th scope="col">Commit</th>
            <th scope="col">Asked for</th>
            <th scope="col">Took</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {builds.map((build) => (
            <BuildRow key={build.id} build={build} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <p class="empty">No build is like that.</p>;
  return (
    <p class="empty">
      Nothing was built yet. Add an app in the <a href="/settings/apps">settings</a>, then{" "}
      <a href="/start">start a build</a>.
    </p>
  );
}
