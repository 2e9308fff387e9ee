import { useRoute } from "preact-iso";
import type { TargetPlatforms } from "../../../protocol/queue-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { NotFound } from "../../frame/not-found.tsx";
import { me } from "../../session/session.ts";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { TargetPlatformForm } from "./target-platform-form.tsx";

/** Adds or changes a target platform; for operators. */
export function TargetPlatformPage() {
  const { name } = useRoute().params;
  const targets = useResource<TargetPlatforms>(name === undefined ? undefined : "/target-platforms");
  const above = { href: "/settings/target-platforms", name: "Target platforms" };
  return (
    <Part key={name} title={name === undefined ? "New target platform" : `Change ${name}`} above={above}>
      {!me.value?.operator && <p class="notice">Only operators of the controller change target platforms.</p>}
      {me.value?.operator && name === undefined && <TargetPlatformForm item={undefined} />}
      {me.value?.operator && name !== undefined && (
        <Loaded resource={targets}>
          {({ defined }) => {
            const item = defined.find((each) => each.name === name);
            return item ? <TargetPlatformForm item={item} /> : <NotFound what="target platform" />;
          }}
        </Loaded>
      )}
    </Part>
  );
}
