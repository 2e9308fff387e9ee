import type { ComponentChildren } from "preact";
import type { MyAccount } from "../../../protocol/account-api.ts";
import type { NamedSetting } from "../../../protocol/api.ts";
import { Ago } from "../../controls/moments.tsx";
import { manages } from "./in-account.tsx";
import { Removal } from "./removal.tsx";
import { type SettingPath, settingAddress } from "./use-settings.ts";

interface SettingCardProps {
  item: NamedSetting;
  path: SettingPath;
  account: MyAccount;
  /** What it is called, such as `environment`. */
  kind: string;
  /** The word on the link that leads to its form. */
  change: "Change" | "Replace";
  onRemoved: () => void;
  /** What happens when it is removed. */
  removal: string;
  children: ComponentChildren;
}

/** One setting that has a name, with what may be shown of it. */
export function SettingCard({ item, path, account, kind, change, onRemoved, removal, children }: SettingCardProps) {
  const { name, updatedAt } = item;
  return (
    <article class="block">
      <div class="row spread card-head">
        <h2>{name}</h2>
        {manages(account) && (
          <div class="row">
            <a
              class="button small"
              href={`/settings${path}/of/${encodeURIComponent(name)}`}
              aria-label={`${change} ${name}`}
            >
              {change}
            </a>
            <Removal
              what={`the ${kind}`}
              name={name}
              path={settingAddress(path, name, account.id)}
              onRemoved={onRemoved}
            >
              {removal}
            </Removal>
          </div>
        )}
      </div>
      {children}
      <p class="quiet card-written">
        Written <Ago at={updatedAt} />
      </p>
    </article>
  );
}
