import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { App } from "../../protocol/app-api.ts";
import type { Api } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";
import { chooseApp } from "./choose.ts";
import { askGit } from "./git.ts";
import { linkFolder } from "./project-file.ts";

export interface LinkOptions {
  remote: string;
  yes?: boolean;
}

/** What became of the git remote. */
interface LinkedRemote {
  name: string;
  url: string;
  state: "added" | "there" | "taken" | "not added";
}

/** `millwright link`: writes the app's id into the project, and adds the app's own remote to the checkout. */
export async function linkApp(
  session: Session,
  command: string,
  named: string | undefined,
  options: LinkOptions,
): Promise<number> {
  if (!/^[A-Za-z0-9][\w./-]*$/.test(options.remote)) {
    throw usageError(command, `--remote must be a name that git takes, not ${options.remote}.`);
  }
  const api = await session.connect();
  const app = await appToLink(session, api, named);
  const file = linkFolder(session.folder, app.id);
  const remote = app.ownRemote ? await linkRemote(session, app, options) : undefined;
  session.answer({ app, file, ...(remote ? { remote } : {}) }, (output) => {
    output.line(`Linked ${app.name} (${app.id}) in ${file}.`);
    if (remote) output.line(toldOfRemote(remote));
  });
  return EXIT.success;
}

/** The app that is named or known by the checkout; else one that the person chooses. */
async function appToLink(session: Session, api: Api, named: string | undefined): Promise<App> {
  try {
    return await chooseApp(api, named, session.folder);
  } catch (error) {
    const unclear = error instanceof MillwrightError && error.code === "APP_NOT_NAMED";
    if (!unclear || !session.prompt) throw error;
    const { apps } = await api.get<{ apps: App[] }>("/apps");
    if (apps.length === 0) throw error;
    const shown = apps.map((app) => `${app.name}  ${app.gitUrl}`);
    const chosen = await session.prompt.choose("App", shown);
    return apps[shown.indexOf(chosen)] as App;
  }
}

async function linkRemote(
  session: Session,
  app: App,
  { remote: name, yes }: LinkOptions,
): Promise<LinkedRemote | undefined> {
  const { folder, prompt } = session;
  if ((await askGit(folder, ["rev-parse", "--git-dir"])) === undefined) return undefined;
  const url = app.gitUrl;
  const there = await askGit(folder, ["remote", "get-url", name]);
  if (there !== undefined) return { name, url, state: there === url ? "there" : "taken" };
  const answer = yes ? "yes" : await prompt?.text(`Add the git remote ${name} (${url})? yes or no`, "yes");
  if (!/^y(es)?$/i.test(answer ?? "")) return { name, url, state: "not added" };
  const added = await askGit(folder, ["remote", "add", name, url]);
  return { name, url, state: added === undefined ? "not added" : "added" };
}

function toldOfRemote({ name, url, state }: LinkedRemote): string {
  const push = `Push to it: git push ${name} main`;
  if (state === "added") return `Added the git remote ${name} (${url}). ${push}`;
  if (state === "there") return `The git remote ${name} is there already. ${push}`;
  if (state === "taken") return `Another git remote is called ${name}: name this one with --remote NAME (${url}).`;
  return `To push to it: git remote add ${name} ${url}`;
}
