import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const CREDENTIALS =
  "a file with AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=… (default: the environment, then as the AWS tools do)";

/** The options that say where files and logs are kept. */
export function blobsOptions(command: CommandLine): CommandLine {
  return command
    .option(
      "--blobs <place>",
      "where files and logs of builds are: a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=REGION&pathStyle=1 (default: blobs in --data)",
    )
    .option("--blobs-credentials <file>", `for a bucket: ${CREDENTIALS}`);
}

/** `millwright controller migrate-blobs`. */
export function defineMigrateBlobs(controller: CommandLine, invocation: Invocation): void {
  const command = controller
    .command("migrate-blobs")
    .description(
      "copy files and logs of builds to another place, comparing their SHA-256; goes on where it was broken off",
    )
    .requiredOption("--from <place>", "a folder, or s3://…")
    .requiredOption("--to <place>", "a folder, or s3://…")
    .option("--from-credentials <file>", CREDENTIALS)
    .option("--to-credentials <file>", CREDENTIALS)
    .option("--sizes-only", "believe what is there already with the right size; without it, it is read and compared")
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  command.action(() =>
    invocation.act(command, async (session) => {
      const { migrateBlobs } = await import("../managing/migrate-blobs.ts");
      return migrateBlobs(session, command.opts());
    }),
  );
  examples(command, [
    "millwright controller migrate-blobs --from /var/lib/millwright/blobs --to 's3://builds?region=eu-central-1'",
    "",
  ]);
}
