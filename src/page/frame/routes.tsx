import { ErrorBoundary, lazy, Route, Router } from "preact-iso";
import { AgentsPage } from "../agents/agents-page.tsx";
import { BuildPage } from "../build/build-page.tsx";
import { BuildsPage } from "../builds/builds-page.tsx";
import { StartPage } from "../start/start-page.tsx";
import { NotFound } from "./not-found.tsx";

/** The settings are a large part that most visits don't need. */
const Settings = lazy(() => import("../settings/settings-page.tsx").then(({ SettingsPage }) => SettingsPage));

/** Which page an address shows. */
export function Routes() {
  return (
    <ErrorBoundary>
      <Router>
        <Route path="/" component={BuildsPage} />
        <Route path="/builds" component={BuildsPage} />
        <Route path="/builds/:id" component={BuildPage} />
        <Route path="/start" component={StartPage} />
        <Route path="/agents" component={AgentsPage} />
        <Route path="/settings/*" component={Settings} />
        <Route path="/settings" component={Settings} />
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  );
}
