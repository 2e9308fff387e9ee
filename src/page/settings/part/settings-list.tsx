import type { ComponentChildren } from "preact";
import type { MyAccount } from "../../../protocol/account-api.ts";
import type { NamedSetting } from "../../../protocol/api.ts";
import { mayDo, oneAccount } from "../../session/session.ts";
import { Empty } from "./empty.tsx";
import { InAccount } from "./in-account.tsx";
import { Loaded } from "./loaded.tsx";
import { Part } from "./part.tsx";
import { SettingCard } from "./setting-card.tsx";
import { type SettingPath, useSettings } from "./use-settings.ts";

interface SettingsListProps {
  title: string;
  /** One of them, such as `environment`. */
  kind: string;
  about: string;
  /** What they are for, as long as there is none. */
  first: string;
  path: SettingPath;
  change: "Change" | "Replace";
  /** What happens when one is removed. */
  removal: string;
  children: (item: NamedSetting) => ComponentChildren;
}

/** All settings of a kind, in the account that is looked at. */
export function SettingsList(props: SettingsListProps) {
  const { title, kind, about, path } = props;
  const add = mayDo("manage", oneAccount() ?? "") && (
    <a class="button primary" href={`/settings${path}/new`}>
      Add {/^[aeiou]/.test(kind) ? "an" : "a"} {kind}
    </a>
  );
  return (
    <Part title={title} about={about} action={add}>
      <InAccount what={title}>{(account) => <Listed {...props} account={account} />}</InAccount>
    </Part>
  );
}

function Listed({ kind, first, path, children, account, ...card }: SettingsListProps & { account: MyAccount }) {
  const settings = useSettings(path, account.id);
  return (
    <Loaded resource={settings}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={`No ${kind} yet`}>{first}</Empty>
        ) : (
          items.map((item) => (
            <SettingCard
              key={item.name}
              {...{ item, path, account, kind }}
              change={card.change}
              removal={card.removal}
              onRemoved={settings.reload}
            >
              {children(item)}
            </SettingCard>
          ))
        )
      }
    </Loaded>
  );
}
