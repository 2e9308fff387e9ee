import { SettingPage } from "../part/setting-page.tsx";
import { EnvironmentForm } from "./environment-form.tsx";

/** Adds an environment, or changes one. */
export function EnvironmentPage() {
  return (
    <SettingPage
      path="/environments"
      all="Environments"
      kind="environment"
      change="Change"
      about="Secrets and files are kept encrypted and never shown again; in logs, their values are masked."
    >
      {(account, item) => <EnvironmentForm account={account} item={item} />}
    </SettingPage>
  );
}
