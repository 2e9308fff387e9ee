import { SettingPage } from "../part/setting-page.tsx";
import { NativeConfigForm } from "./native-config-form.tsx";

/** Adds a native config, or changes one. */
export function NativeConfigPage() {
  return (
    <SettingPage
      path="/native-configs"
      all="Native configs"
      kind="native config"
      change="Change"
      about="What is left empty stays as the app's config.xml says."
    >
      {(account, item) => <NativeConfigForm account={account} item={item} />}
    </SettingPage>
  );
}
