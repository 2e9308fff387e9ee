import type { App } from "../../../protocol/app-api.ts";
import { Facts } from "../part/facts.tsx";

/** How an app is set up, for those who can't change it. */
export function AppFacts({ app }: { app: App }) {
  const days = (count: number | null) => (count === null ? "as those of all apps" : `${count} days`);
  const facts: [string, string][] = [
    ["Subfolder", app.subfolder || "none"],
    ["Web build of each push", app.deployOnPush ? "yes" : "no"],
    ["Newer pushes cancel older builds", app.cancelOlder ? "yes" : "no"],
    ["Files are kept", days(app.keepArtifactsDays)],
    ["Logs are kept", days(app.keepLogsDays)],
    ["Time-out", app.timeoutMinutes === null ? "as the build hosts say" : `${app.timeoutMinutes} minutes`],
  ];
  return <Facts facts={facts} />;
}
