import { useEffect, useRef } from "preact/hooks";
import { Route, Router, useLocation } from "preact-iso";
import { NotFound } from "../frame/not-found.tsx";
import { AccountPage } from "./accounts/account-page.tsx";
import { AccountsPage } from "./accounts/accounts-page.tsx";
import { AppPage } from "./apps/app-page.tsx";
import { AppsPage } from "./apps/apps-page.tsx";
import { NewAppPage } from "./apps/new-app-page.tsx";
import { AuditPage } from "./audit/audit-page.tsx";
import { AutomationPage } from "./automations/automation-page.tsx";
import { EnvironmentPage } from "./environments/environment-page.tsx";
import { EnvironmentsPage } from "./environments/environments-page.tsx";
import { NativeConfigPage } from "./native-configs/native-config-page.tsx";
import { NativeConfigsPage } from "./native-configs/native-configs-page.tsx";
import { focusPart } from "./part/focus-part.ts";
import { PasswordPage } from "./password-page.tsx";
import { ProfilePage } from "./profiles/profile-page.tsx";
import { ProfilesPage } from "./profiles/profiles-page.tsx";
import { SettingsMenu } from "./settings-menu.tsx";
import { TargetPlatformPage } from "./target-platforms/target-platform-page.tsx";
import { TargetPlatformsPage } from "./target-platforms/target-platforms-page.tsx";
import { TokensPage } from "./tokens/tokens-page.tsx";
import { UsersPage } from "./users/users-page.tsx";
import { WebhookPage } from "./webhooks/webhook-page.tsx";
import { WebhooksPage } from "./webhooks/webhooks-page.tsx";
import "./settings.css";

/** Everything that builds are set up with, each part at its own address. */
export function SettingsPage() {
  useFocusOnPart();
  return (
    <div class="settings">
      <SettingsMenu />
      <div class="settings-part">
        <Router>
          <Route path="/" component={AppsPage} />
          <Route path="/apps" component={AppsPage} />
          <Route path="/apps/new" component={NewAppPage} />
          <Route path="/apps/:app" component={AppPage} />
          <Route path="/apps/:app/automations/:automation" component={AutomationPage} />
          <Route path="/profiles" component={ProfilesPage} />
          <Route path="/profiles/new" component={ProfilePage} />
          <Route path="/profiles/of/:name" component={ProfilePage} />
          <Route path="/environments" component={EnvironmentsPage} />
          <Route path="/environments/new" component={EnvironmentPage} />
          <Route path="/environments/of/:name" component={EnvironmentPage} />
          <Route path="/native-configs" component={NativeConfigsPage} />
          <Route path="/native-configs/new" component={NativeConfigPage} />
          <Route path="/native-configs/of/:name" component={NativeConfigPage} />
          <Route path="/target-platforms" component={TargetPlatformsPage} />
          <Route path="/target-platforms/new" component={TargetPlatformPage} />
          <Route path="/target-platforms/of/:name" component={TargetPlatformPage} />
          <Route path="/accounts" component={AccountsPage} />
          <Route path="/accounts/:account" component={AccountPage} />
          <Route path="/webhooks" component={WebhooksPage} />
          <Route path="/webhooks/:webhook" component={WebhookPage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/tokens" component={TokensPage} />
          <Route path="/password" component={PasswordPage} />
          <Route path="/users" component={UsersPage} />
          <Route default component={NotFound} />
        </Router>
      </div>
    </div>
  );
}

/** Whoever goes from part to part by keyboard or by ear is taken to the heading of the new one. */
function useFocusOnPart(): void {
  const { path } = useLocation();
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) focusPart();
    before.current = path;
  }, [path]);
}
