import { join } from "node:path";
import { which } from "../../../src/base/processes/which.ts";
import { eventually } from "../../support/eventually.ts";
import { Buildbot } from "../buildbot/buildbot.ts";
import { Millwright } from "../millwright.ts";
import type { Opened } from "../opened.ts";
import { makeRepository, trivialApp } from "../repository.ts";
import { firstStamp, now, stampingCommand, writeStampingProgram } from "./stamps.ts";

/** Moments in milliseconds: the request was sent, its answer was there, the command began. */
export interface Asked {
  sent: number;
  answered: number;
  began: number;
}

/** Asks for one build, and answers when it is over. */
export type Ask = () => Promise<Asked>;

/** Until the first command of all, which is git, and until the first command of the app. Each has built once. */
export async function askMillwright(folder: string, opened: Opened): Promise<{ first: Ask; own: Ask }> {
  const [firstFile, ownFile] = [join(folder, "first"), join(folder, "own")];
  const path = process.env["PATH"] ?? "";
  writeStampingProgram(join(folder, "bin/git"), firstFile, which("git", path) ?? "git");
  const environment = { PATH: `${join(folder, "bin")}:${path}` };
  const millwright = opened.add(await Millwright.start(folder, { environment }));
  const build = "mkdir -p www && echo built >www/index.html";
  const repository = makeRepository(join(folder, "app.git"), trivialApp({ install: stampingCommand(ownFile), build }));
  await millwright.addApp("app", repository);
  const ask = async (file: string): Promise<Asked> => {
    const sent = now();
    const id = await millwright.ask("app");
    const answered = now();
    const began = await eventually("the command began", () => firstStamp(file, sent), 30_000);
    const { status, failure } = await millwright.ended(id);
    if (status !== "success") throw new Error(`the build ended as ${status}: ${failure?.what}`);
    return { sent, answered, began };
  };
  await ask(firstFile);
  return { first: () => ask(firstFile), own: () => ask(ownFile) };
}

/** It has built once. */
export async function askBuildbot(folder: string, opened: Opened): Promise<Ask> {
  const file = join(folder, "step");
  const buildbot = opened.add(await Buildbot.start(folder, { command: ["/bin/sh", "-c", stampingCommand(file)] }));
  const ask = async (): Promise<Asked> => {
    const sent = now();
    await buildbot.force();
    const answered = now();
    const began = await eventually("the command began", () => firstStamp(file, sent), 30_000);
    await eventually("the build is done", () => buildbot.isDone());
    return { sent, answered, began };
  };
  await ask();
  return ask;
}
