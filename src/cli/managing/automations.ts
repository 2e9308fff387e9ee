import type { Automation, NewAutomation } from "../../protocol/push-api.ts";
import { type BuildOptions, deployRequest, packageRequest } from "../building/request.ts";
import { chooseApp } from "../checkout/choose.ts";
import { type Api, segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";
import { described } from "./named-settings.ts";
import { appNamed } from "./pushes.ts";

export interface AutomationOptions extends Omit<BuildOptions, "output" | "download"> {
  branch: string[];
  platform?: string;
  type?: string;
}

const COLUMNS: Column<Automation>[] = [
  { title: "AUTOMATION", cell: (automation) => automation.name },
  { title: "BRANCHES", cell: (automation) => automation.branches.join(" ") },
  { title: "BUILDS", cell: (automation) => described(automation.request) },
  { title: "STATE", cell: ({ enabled, fault }) => (enabled ? (fault ?? "enabled") : "disabled") },
];

/** `millwright automations list`. */
export async function listAutomations(session: Session, app: string | undefined): Promise<number> {
  const { api, path, name } = await openApp(session, app);
  const answer = await api.get<{ automations: Automation[] }>(path);
  session.answer(answer, (output) => {
    if (answer.automations.length === 0) return output.note(`${name} has no automations.`);
    for (const line of tableLines(answer.automations, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright automations add`. */
export async function addAutomation(
  session: Session,
  command: string,
  name: string,
  options: AutomationOptions,
): Promise<number> {
  const request = requestOf(command, options);
  const branches = options.branch.length > 0 ? options.branch : await askedBranches(session, command);
  const { api, path } = await openApp(session, options.app);
  const automation: NewAutomation = { name, branches, request };
  const made = await api.send<Automation>("POST", path, automation);
  session.answer(made, (output) =>
    output.line(`Added ${made.name}: a push to ${made.branches.join(" or ")} starts ${described(made.request)}`),
  );
  return EXIT.success;
}

/** `millwright automations remove`. */
export async function removeAutomation(session: Session, app: string | undefined, name: string): Promise<number> {
  const { api, path } = await openApp(session, app);
  await api.send("DELETE", `${path}/${segment(name)}`);
  session.answer({ removed: name }, (output) => output.line(`Removed the automation ${name}.`));
  return EXIT.success;
}

/** `millwright automations enable` and `disable`. */
export async function switchAutomation(
  session: Session,
  app: string | undefined,
  name: string,
  enabled: boolean,
): Promise<number> {
  const { api, path } = await openApp(session, app);
  const changed = await api.send<Automation>("PATCH", `${path}/${segment(name)}`, { enabled });
  session.answer(changed, (output) =>
    output.line(`The automation ${changed.name} is ${enabled ? "enabled" : "disabled"}.`),
  );
  return EXIT.success;
}

function requestOf(command: string, { platform, type, ...rest }: AutomationOptions) {
  const options: BuildOptions = { ...rest, output: ".", download: false };
  if (platform !== undefined) return packageRequest(command, platform, type, options);
  if (type !== undefined) throw usageError(command, "--type needs --platform.");
  return deployRequest(command, options);
}

async function askedBranches(session: Session, command: string): Promise<string[]> {
  if (!session.prompt) throw usageError(command, "Name the branches with --branch PATTERN; * is any text.");
  const answer = await session.prompt.text("Branches, with blanks between them; * is any text", "main");
  return answer.split(/\s+/);
}

async function openApp(session: Session, app: string | undefined): Promise<{ api: Api; path: string; name: string }> {
  const api = await session.connect();
  const { id, name } = await chooseApp(api, appNamed(session, app), session.folder);
  return { api, path: `/apps/${segment(id)}/automations`, name };
}
