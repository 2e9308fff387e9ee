import type { App } from "../../../protocol/app-api.ts";
import type { Push } from "../../../protocol/push-api.ts";
import { queryOf } from "../../client/api.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { Ago } from "../../controls/moments.tsx";
import { Loaded } from "../part/loaded.tsx";
import { MoreButton } from "../part/more-button.tsx";
import { usePages } from "../part/use-pages.ts";

const PAGE = 10;

/** What was pushed to an app and what came of it. */
export function Pushes({ app }: { app: App }) {
  const pushes = usePages(
    (before) => `/apps/${app.id}/pushes${queryOf({ limit: PAGE, before })}`,
    (answer: { pushes: Push[]; next?: number }) => answer.pushes,
  );
  return (
    <section class="block">
      <h2>Pushes</h2>
      <Loaded resource={pushes}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="quiet">None so far. Each one is listed here with what came of it.</p>
          ) : (
            <DataTable label="Pushes" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <MoreButton more={pushes.more} />
    </section>
  );
}

const COLUMNS: Column<Push>[] = [
  { name: "Branch", of: ({ branch }) => branch },
  {
    name: "Commit",
    of: ({ commit, note }) => (
      <>
        {commit ? <code>{commit.slice(0, 8)}</code> : "branch deleted"} {note}
      </>
    ),
  },
  { name: "Pushed", of: ({ at }) => <Ago at={at} /> },
  { name: "By", of: ({ pushedBy, source }) => pushedBy ?? source },
  {
    name: "Outcome",
    breaks: true,
    of: ({ outcome, builds }) => (
      <>
        {outcome || "is being acted upon"}{" "}
        {builds.map((id) => (
          <a key={id} href={`/builds/${id}`}>
            #{id}{" "}
          </a>
        ))}
      </>
    ),
  },
];
