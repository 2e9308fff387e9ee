import type { NamedSetting, ShownProfile } from "../../../protocol/api.ts";
import { SettingPage } from "../part/setting-page.tsx";
import { NEW_PROFILE, type ProfileDraft } from "./profile-draft.ts";
import { ProfileForm } from "./profile-form.tsx";

/** Adds a security profile, or replaces one. */
export function ProfilePage() {
  return (
    <SettingPage
      path="/profiles"
      all="Security profiles"
      kind="security profile"
      change="Replace"
      about={
        "What you choose is looked into at once, before anything is stored. Then it is kept encrypted, and never shown " +
        "again."
      }
    >
      {(account, item) => (
        <>
          {item && holdsBoth(item) && (
            <p class="notice part-note">
              It holds files for Android and for iOS. It is replaced as a whole: choose both again.
            </p>
          )}
          <ProfileForm account={account} replaces={item !== undefined} initial={item ? keptOf(item) : NEW_PROFILE} />
        </>
      )}
    </SettingPage>
  );
}

function holdsBoth({ shown }: NamedSetting): boolean {
  return shown["android"] !== undefined && shown["ios"] !== undefined;
}

/** What need not be entered again. */
function keptOf({ name, shown }: NamedSetting): ProfileDraft {
  const { type, android, ios } = shown as unknown as ShownProfile;
  const alias = android?.alias ?? "";
  return { ...NEW_PROFILE, name, type, alias, android: android !== undefined, ios: ios !== undefined };
}
