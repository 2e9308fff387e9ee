import type { BuildDetails } from "../../protocol/api.ts";
import { Told } from "../controls/failure-box.tsx";
import { actionOf, type KeyActions } from "./log-keys.ts";
import { LogLines } from "./log-lines.tsx";
import { SearchBox } from "./search-box.tsx";
import { isLive } from "./step-rows.ts";
import { Toolbar } from "./toolbar.tsx";
import { type LogViewState, useLogView } from "./use-log-view.ts";
import "./log.css";

/** The log of a build: from its end, with its steps, colours and links, however long it is. */
export function LogView({ build }: { build: BuildDetails }) {
  return (
    <section class="block log" aria-labelledby="log-name">
      <h2 id="log-name">Log</h2>
      {build.logRemovedAt === undefined ? (
        <Log build={build} />
      ) : (
        <p class="quiet">It was kept long enough and is no longer here.</p>
      )}
    </section>
  );
}

function Log({ build }: { build: BuildDetails }) {
  const view = useLogView(build);
  const { source, search, scroller } = view;
  const address = `/api/v1/builds/${build.id}/log`;
  const actions = actionsOf(view, isLive(build));
  const closeSearch = () => {
    search.close();
    scroller.box.current?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.target instanceof HTMLInputElement ? undefined : actionOf(event);
    if (action) actions[action]();
    else if (event.key === "Escape" && search.open) closeSearch();
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for the buttons inside, wherever in it the focus is
    <div class="log-viewer" onKeyDown={onKeyDown}>
      <Tools build={build} view={view} actions={actions} address={address} />
      {search.open && <SearchBox search={search} onClose={closeSearch} />}
      {source?.failure && <Told failure={source.failure} />}
      <LogLines view={view} address={address} />
      {source?.begun && source.lines === 0 && (
        <p class="quiet">{isLive(build) ? "Nothing was printed yet." : "It is empty."}</p>
      )}
    </div>
  );
}

interface ToolsProps {
  build: BuildDetails;
  view: LogViewState;
  actions: KeyActions;
  address: string;
}

function Tools({ build, view, actions, address }: ToolsProps) {
  const { source, folded, scroller, numbered } = view;
  const { rows } = folded;
  const anyFolded = rows.some(({ line }) => folded.isFolded(line));
  return (
    <Toolbar
      size={Math.max(source?.tail.end ?? 0, build.logLength)}
      lines={numbered ? source?.lines : undefined}
      follows={isLive(build) ? scroller.sticks : undefined}
      connected={source?.connected ?? true}
      address={address}
      fileName={`build-${build.id}.log`}
      firstError={source?.firstError === undefined ? undefined : actions.firstError}
      anyFolded={rows.length === 0 ? undefined : anyFolded}
      onFold={anyFolded ? folded.openAll : folded.foldAll}
      onTop={actions.top}
      onEnd={actions.end}
      onFollow={actions.follow}
      onSearch={actions.search}
    />
  );
}

function actionsOf({ source, scroller, search, goTo }: LogViewState, live: boolean): KeyActions {
  return {
    search: search.show,
    top: () => {
      scroller.release();
      scroller.scrollTo(0);
    },
    end: scroller.toEnd,
    follow: () => {
      if (scroller.sticks) scroller.release();
      else if (live) scroller.toEnd();
    },
    firstError: () => {
      if (source?.firstError !== undefined) goTo(source.firstError);
    },
  };
}
