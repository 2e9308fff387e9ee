import { BUILD_STATUSES, PLATFORMS } from "../../protocol/build-types.ts";
import { ARTIFACT_KINDS } from "../../protocol/job-folder/result.ts";
import type { ListOptions } from "../building/list.ts";
import { EXIT, EXIT_CODES_OF_BUILDS, type ToldExitCodes } from "../exit-codes.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright builds`, `builds list` and `builds show`. */
export function defineBuilds(program: CommandLine, invocation: Invocation): void {
  const group = program.command("builds").description("list builds, show one");
  const list = asksController(group.command("list", { isDefault: true }))
    .description("list builds, the newest first")
    .option("--app <name>", "only builds of this app")
    .option("--status <status>", "only pending, queued, running, success, failed or canceled ones")
    .option("--platform <platform>", "only builds for android, ios or web")
    .option("--branch <branch>", "only builds of this branch")
    .option("--limit <number>", "at most so many", "20");
  list.choices.set("--status", BUILD_STATUSES).set("--platform", [...PLATFORMS, "web"]);
  list.action(() =>
    invocation.act(list, async (session) => {
      const { listBuilds } = await import("../building/list.ts");
      return listBuilds(session, list.fullName, list.opts<ListOptions>());
    }),
  );
  examples(
    list,
    ["millwright builds --app shop --status failed", ""],
    ["millwright builds --branch main --platform android --limit 5", ""],
    ["millwright builds --json | jq '.builds[].id'", "for scripts"],
  );

  const show = asksController(group.command("show"))
    .description("show one build: its steps, its result, its files")
    .argument("<build>", "number of the build")
    .option("--timing", "where its time went: the queue, each step and its parts, the upload");
  show.action((build: string) =>
    invocation.act(show, async (session) => {
      if (show.opts<{ timing?: boolean }>().timing) {
        const { showTiming } = await import("../building/timing.ts");
        return showTiming(session, show.fullName, build);
      }
      const { showBuild } = await import("../building/list.ts");
      return showBuild(session, show.fullName, build);
    }),
  );
  examples(
    show,
    ["millwright builds show 12", ""],
    ["millwright builds show 12 --timing", "where its time went"],
    ["millwright builds show 12 --timing --json | jq '.phases[] | select(.ms > 10000)'", "the slow ones"],
  );
}

const INTERRUPTED = [EXIT.interrupted, "interrupted"] as const;

/** Of a command that follows its build to the end only when it is told to. */
function ofFollowed(done: string): ToldExitCodes {
  const [, ...ofBuild] = EXIT_CODES_OF_BUILDS;
  return [[EXIT.success, `${done}; with --follow: the build succeeded`], ...ofBuild];
}

/** `millwright logs`, `download`, `cancel` and `retry`. */
export function defineOneBuild(program: CommandLine, invocation: Invocation): void {
  defineLogs(program, invocation);
  defineDownload(program, invocation);
  defineCancel(program, invocation);
  defineRetry(program, invocation);
}

function defineLogs(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("logs"))
    .description("print the log of a build; stdout holds exactly its bytes")
    .argument("<build>", "number of the build")
    .option("-f, --follow", "go on until the build has ended, and end with its exit code");
  command.action((build: string) =>
    invocation.act(
      command,
      async (session) => {
        const { printLog } = await import("../building/print-log.ts");
        return printLog(session, command.fullName, build, command.opts<{ follow?: boolean }>().follow === true);
      },
      "log",
    ),
  );
  command.exitCodes = ofFollowed("it was printed");
  examples(command, ["millwright logs 12 --follow", ""], ["millwright logs 12 > build-12.log", ""]);
}

function defineDownload(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("download"))
    .description("download the files of a build")
    .argument("<build>", "number of the build")
    .option("--output <folder>", "where they go", ".")
    .option(
      "--kind <kind>",
      "only apk, aab, ipa, dsym, www or reports (default: everything but reports; of a failed build the reports)",
    );
  command.action((build: string) =>
    invocation.act(command, async (session) => {
      const { download } = await import("../building/download.ts");
      return download(session, command.fullName, build, command.opts<{ output: string; kind?: string }>());
    }),
  );
  command.choices.set("--kind", ARTIFACT_KINDS);
  command.exitCodes = [...command.exitCodes, INTERRUPTED];
  examples(command, ["millwright download 12 --kind apk --output out", ""]);
}

function defineCancel(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("cancel"))
    .description("cancel a build and wait until all its processes have ended")
    .argument("<build>", "number of the build");
  command.action((build: string) =>
    invocation.act(command, async (session) => {
      const { cancelBuild } = await import("../building/cancel.ts");
      return cancelBuild(session, command.fullName, build);
    }),
  );
  command.exitCodes = [...command.exitCodes, INTERRUPTED];
  examples(command, ["millwright cancel 12", ""]);
}

function defineRetry(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("retry"))
    .description("ask for the same build again, with the very commit")
    .argument("<build>", "number of the build")
    .option("-f, --follow", "follow it until it has ended, and end with its exit code");
  command.action((build: string) =>
    invocation.act(command, async (session) => {
      const { retryBuild } = await import("../building/retry.ts");
      return retryBuild(session, command.fullName, build, command.opts<{ follow?: boolean }>().follow === true);
    }),
  );
  command.exitCodes = ofFollowed("it was asked for");
  examples(command, ["millwright retry 12 --follow", ""]);
}
