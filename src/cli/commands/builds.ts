import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright builds`, `builds list` and `builds show`. */
export function defineBuilds(program: CommandLine, invocation: Invocation): void {
  const group = program.command("builds").description("list builds, show one");
  const list = asksController(group.command("list", { isDefault: true }))
    .description("list builds, the newest first")
    .option("--app <name>", "only builds of this app")
    .option("--status <status>", "only pending, queued, running, success, failed or canceled ones")
    .option("--limit <number>", "at most so many", "20");
  list.action(() =>
    invocation.act(list, async (session) => {
      const { listBuilds } = await import("../building/list.ts");
      return listBuilds(session, list.fullName, list.opts<{ app?: string; status?: string; limit: string }>());
    }),
  );
  examples(list, ["millwright builds --app shop --status failed", ""]);

  const show = asksController(group.command("show"))
    .description("show one build: its steps, its result, its files")
    .argument("<build>", "number of the build");
  show.action((build: string) =>
    invocation.act(show, async (session) => {
      const { showBuild } = await import("../building/list.ts");
      return showBuild(session, show.fullName, build);
    }),
  );
  examples(show, ["millwright builds show 12", ""]);
}

/** `millwright logs`, `download` and `cancel`. */
export function defineOneBuild(program: CommandLine, invocation: Invocation): void {
  defineLogs(program, invocation);
  defineDownload(program, invocation);
  defineCancel(program, invocation);
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
  examples(command, ["millwright cancel 12", ""]);
}
