import type { TargetPlatform } from "../../../protocol/queue-api.ts";
import type { Column } from "../../controls/data-table.tsx";
import { Removal } from "../part/removal.tsx";

const SYSTEMS = { macos: "macOS", linux: "Linux", any: "any" };

/** What is shown of target platforms; operators can also move, change and remove them. */
export function columnsOf(
  defined: readonly TargetPlatform[],
  isOperator: boolean,
  move: (from: number, to: number) => unknown,
  onRemoved: () => void,
): Column<TargetPlatform>[] {
  const actions: Column<TargetPlatform> = {
    name: "Actions",
    actions: true,
    of: (item) => <Actions item={item} {...{ defined, move, onRemoved }} />,
  };
  return isOperator ? [...COLUMNS, actions] : COLUMNS;
}

const COLUMNS: Column<TargetPlatform>[] = [
  {
    name: "Name",
    of: ({ name, preferred, retired }) => (
      <>
        {name} {preferred && <span class="chip">preferred</span>} {retired && <span class="chip warn">retired</span>}
      </>
    ),
  },
  { name: "System", of: ({ os }) => SYSTEMS[os] },
  { name: "Xcode", of: ({ xcode }) => xcode },
  { name: "Label", of: ({ label }) => label },
  { name: "Notice", of: ({ notice }) => notice },
];

interface ActionsProps {
  item: TargetPlatform;
  defined: readonly TargetPlatform[];
  move: (from: number, to: number) => unknown;
  onRemoved: () => void;
}

function Actions({ item: { name }, defined, move, onRemoved }: ActionsProps) {
  const at = defined.findIndex((each) => each.name === name);
  const address = encodeURIComponent(name);
  const isLast = at === defined.length - 1;
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={at === 0}
        aria-label={`Move ${name} up`}
        onClick={() => move(at, at - 1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="small"
        disabled={isLast}
        aria-label={`Move ${name} down`}
        onClick={() => move(at, at + 1)}
      >
        ↓
      </button>
      <a class="button small" href={`/settings/target-platforms/of/${address}`} aria-label={`Change ${name}`}>
        Change
      </a>
      <Removal what="the target platform" name={name} path={`/target-platforms/${address}`} onRemoved={onRemoved}>
        Requests that name it may be refused then. To tell people what to use instead, retire it with a notice.
      </Removal>
    </>
  );
}
