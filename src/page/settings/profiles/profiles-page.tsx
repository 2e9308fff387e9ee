import type { ShownProfile } from "../../../protocol/api.ts";
import { SettingsList } from "../part/settings-list.tsx";
import { ProfileContents } from "./profile-contents.tsx";

/** What apps are signed with. */
export function ProfilesPage() {
  return (
    <SettingsList
      title="Security profiles"
      kind="security profile"
      about="What apps are signed with. Builds name one of them."
      first={
        "Debug builds need none. To sign a release, add a profile with your Android keystore, or with Apple's " +
        "certificate (a p12 file) and its provisioning profiles."
      }
      path="/profiles"
      change="Replace"
      removal={
        "Builds that name it are refused from then on. Keystore and keys can't be got back from here: keep a copy of " +
        "your own."
      }
    >
      {({ shown }) => <ProfileContents shown={shown as unknown as ShownProfile} showType />}
    </SettingsList>
  );
}
