import type { App, AppChangeRequest, AppRequest } from "../../protocol/app-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";
import { type AppLimitOptions, appLimits, shownLimits } from "./app-limits.ts";
import { type AppPushOptions, appPushes } from "./app-pushes.ts";
import { SecretInput } from "./secret-input.ts";

export interface AppOptions extends AppLimitOptions, AppPushOptions {
  name?: string;
  gitUrl?: string;
  subfolder?: string;
  gitUsername?: string;
  gitTokenFile?: string;
}

const COLUMNS: Column<App>[] = [
  { title: "APP", cell: (app) => app.name },
  { title: "REPOSITORY", cell: (app) => app.gitUrl },
  { title: "SUBFOLDER", cell: (app) => app.subfolder },
  { title: "CREDENTIALS", cell: credentials },
  { title: "LIMITS", cell: shownLimits },
  { title: "ID", cell: (app) => app.id },
];

/** `millwright apps list`. */
export async function listApps(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ apps: App[] }>("/apps");
  session.answer(answer, (output) => {
    if (answer.apps.length === 0) return output.note("No apps. Add one: millwright apps add NAME [--git-url URL]");
    for (const line of tableLines(answer.apps, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright apps add`. */
export async function addApp(session: Session, command: string, name: string, options: AppOptions): Promise<number> {
  checkAddress(command, options.gitUrl);
  const request: AppRequest = { ...(await settings(session, options)), ...appPushes(command, options), name };
  const app = await (await session.connect()).send<App>("POST", "/apps", request);
  session.answer(app, (output) => {
    output.line(`Added ${app.name}: ${app.gitUrl}`);
    if (app.ownRemote) output.line(`In its folder: millwright link ${app.name}, then: git push millwright main`);
  });
  return EXIT.success;
}

/** `millwright apps set`. */
export async function changeApp(session: Session, command: string, name: string, options: AppOptions): Promise<number> {
  checkAddress(command, options.gitUrl);
  const request: AppChangeRequest = {
    ...(await settings(session, options)),
    ...appLimits(command, options),
    ...appPushes(command, options),
  };
  if (Object.keys(request).length === 0)
    throw usageError(command, "There is nothing to change: name what should be set.");
  const app = await (await session.connect()).send<App>("PATCH", `/apps/${segment(name)}`, request);
  const told = [app.gitUrl, app.subfolder, shownLimits(app)].filter((part) => part !== "");
  session.answer(app, (output) => output.line(`Changed ${app.name}: ${told.join(" ")}`));
  return EXIT.success;
}

/** `millwright apps remove`. */
export async function removeApp(session: Session, name: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/apps/${segment(name)}`);
  session.answer({ removed: name }, (output) => output.line(`Removed ${name}.`));
  return EXIT.success;
}

async function settings(session: Session, options: AppOptions): Promise<Partial<AppRequest>> {
  const { name, gitUrl, subfolder, gitUsername, gitTokenFile } = options;
  const token =
    gitTokenFile === undefined ? undefined : await new SecretInput(session).text("--git-token-file", gitTokenFile);
  const all = { name, gitUrl, subfolder, gitUsername, gitPassword: token };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A password in the address would be shown wherever the address is. */
function checkAddress(command: string, gitUrl: string | undefined): void {
  if (gitUrl === undefined || !/^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(gitUrl)) return;
  throw usageError(command, "--git-url must not hold a password: use --git-username NAME and --git-token-file FILE.");
}

function credentials(app: App): string {
  const user = app.gitUsername || (app.hasGitPassword ? "token" : "");
  return app.hasGitPassword && app.gitUsername ? `${user} + token` : user;
}
