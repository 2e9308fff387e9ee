import type { ComponentChildren } from "preact";
import { useRoute } from "preact-iso";
import type { NamedSetting } from "../../../protocol/api.ts";
import { NotFound } from "../../frame/not-found.tsx";
import { InAccount } from "./in-account.tsx";
import { Loaded } from "./loaded.tsx";
import { Part } from "./part.tsx";
import { type SettingPath, useSettings } from "./use-settings.ts";

interface SettingPageProps {
  path: SettingPath;
  /** All of them, such as `Environments`. */
  all: string;
  /** One of them, such as `environment`. */
  kind: string;
  change: "Change" | "Replace";
  about: string;
  /** The form; of a new one without the item. */
  children: (account: string, item?: NamedSetting) => ComponentChildren;
}

/** The page of a new setting, or of the one that the address names. */
export function SettingPage({ path, all, kind, change, about, children }: SettingPageProps) {
  const { name } = useRoute().params;
  const title = name === undefined ? `New ${kind}` : `${change} ${name}`;
  return (
    <Part key={name} title={title} about={about} above={{ href: `/settings${path}`, name: all }}>
      <InAccount what={all} toManage>
        {({ id }) => (name === undefined ? children(id) : <Named {...{ path, kind, name, children }} account={id} />)}
      </InAccount>
    </Part>
  );
}

interface NamedProps extends Pick<SettingPageProps, "path" | "kind" | "children"> {
  account: string;
  name: string;
}

function Named({ path, kind, account, name, children }: NamedProps) {
  const settings = useSettings(path, account);
  return (
    <Loaded resource={settings}>
      {({ items }) => {
        const item = items.find((each) => each.name === name);
        return item ? children(account, item) : <NotFound what={kind} />;
      }}
    </Loaded>
  );
}
