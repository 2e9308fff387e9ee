import type { TargetPlatform, TargetPlatforms } from "../../../protocol/queue-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useResource } from "../../client/use-resource.ts";
import { DataTable } from "../../controls/data-table.tsx";
import { FailureBox } from "../../controls/failure-box.tsx";
import { say } from "../../frame/notices.tsx";
import { me } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { columnsOf } from "./columns.tsx";
import { moved, movedTo } from "./target-platform-draft.ts";

const ABOUT = "Names for what a build host must have. Builds may ask for one, such as a certain Xcode.";

export function TargetPlatformsPage() {
  const targets = useResource<TargetPlatforms>("/target-platforms");
  const add = me.value?.operator && (
    <a class="button primary" href="/settings/target-platforms/new">
      Add a target platform
    </a>
  );
  return (
    <Part title="Target platforms" about={ABOUT} action={add}>
      <Loaded resource={targets}>
        {({ targetPlatforms, defined }) => (
          <>
            {defined.length === 0 ? <NoneDefined /> : <Defined defined={defined} onChanged={targets.reload} />}
            <Offered names={targetPlatforms.filter((name) => defined.every((each) => each.name !== name))} />
          </>
        )}
      </Loaded>
    </Part>
  );
}

function NoneDefined() {
  return (
    <Empty title="No target platform was named yet">
      None is needed: builds go to any host that can make them.{" "}
      {me.value?.operator ? "Add one to give an Xcode or a kind of host a name that teams can rely on." : ""}
    </Empty>
  );
}

function Defined({ defined, onChanged }: { defined: TargetPlatform[]; onChanged: () => void }) {
  const moving = useAction(async (from: number, to: number) => {
    try {
      for (const [item, position] of moved(defined, from, to)) {
        await call("PUT", `/target-platforms/${encodeURIComponent(item.name)}`, movedTo(item, position));
      }
      say(`${defined[from]?.name} was moved.`);
    } finally {
      onChanged();
    }
  });
  const columns = columnsOf(defined, me.value?.operator ?? false, moving.run, onChanged);
  return (
    <>
      <FailureBox failure={moving.failure} />
      <DataTable label="Target platforms" columns={columns} rows={defined} keyOf={({ name }) => name} />
    </>
  );
}

function Offered({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <section class="offered">
      <h2>Offered by agents besides</h2>
      <ul class="chips">
        {names.map((name) => (
          <li key={name} class="chip">
            {name}
          </li>
        ))}
      </ul>
    </section>
  );
}
