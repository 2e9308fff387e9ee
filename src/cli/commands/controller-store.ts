import { Option } from "commander";
import { usageError } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const SQLITE = "sqlite:";

/** The options that say where builds, people and settings are kept, and what several controllers have in common. */
export function storeOptions(command: CommandLine): CommandLine {
  command.addOption(
    new Option(
      "--store <url>",
      "postgres://USER@HOST/NAME for several controllers; its password is best in the environment or in ~/.pgpass (default: SQLite in --data)",
    ).env("MILLWRIGHT_STORE"),
  );
  return command
    .option(
      "--shared <folder>",
      "where is what all controllers on one store need: keys, tokens, git repositories (default: --data)",
    )
    .option("--trust-store", "sign the settings and builds of the store as they are now, once they were looked through")
    .option("--new-spec-key", "sign jobs with a new key from now on; agents believe it because the old one endorses it")
    .option("--replace-shared-files", "let the keys and tokens that are there be the ones that all controllers need");
}

/** `millwright controller migrate`. */
export function defineMigrate(controller: CommandLine, invocation: Invocation): void {
  const command = controller
    .command("migrate")
    .description("copy a SQLite store to an empty PostgreSQL, and compare every table; the source stays as it is")
    .requiredOption("--from <sqlite:folder>", "the data folder of a controller that is stopped")
    .addOption(new Option("--to <url>", "postgres://USER@HOST/NAME").env("MILLWRIGHT_STORE").makeOptionMandatory())
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { from, to } = command.opts<{ from: string; to: string }>();
      if (!from.startsWith(SQLITE)) {
        throw usageError(command.fullName, `--from must be ${SQLITE}FOLDER, not ${from}.`);
      }
      const { migrateStore } = await import("../managing/migrate-store.ts");
      return migrateStore(session, from.slice(SQLITE.length), to);
    }),
  );
  examples(command, [
    "millwright controller migrate --from sqlite:/var/lib/millwright --to postgres://millwright@db/millwright",
    "",
  ]);
}
