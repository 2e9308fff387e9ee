import type { Policy } from "../../controller/services.ts";
import { positiveNumber, unknownWord } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";

interface PolicyOptions {
  keepArtifactsDays: string;
  keepLogsDays: string;
  webhooksToPrivateNetworks: string;
}

/** The options by which an operator decides for all accounts. */
export function policyOptions(command: CommandLine): CommandLine {
  return command
    .option("--keep-artifacts-days <days>", "how long the files of builds are kept, where the app doesn't say", "90")
    .option("--keep-logs-days <days>", "how long the logs of builds are kept, where the app doesn't say", "365")
    .option(
      "--webhooks-to-private-networks <yes|no>",
      "whether webhooks may go to addresses of private networks",
      "yes",
    );
}

/** What they say. Throws USAGE. */
export function policyOf(command: CommandLine): Policy {
  const { keepArtifactsDays, keepLogsDays, webhooksToPrivateNetworks: word } = command.opts<PolicyOptions>();
  if (word !== "yes" && word !== "no") {
    throw unknownWord(command.fullName, "answer to --webhooks-to-private-networks", word, ["yes", "no"]);
  }
  return {
    keepArtifactsDays: positiveNumber(command.fullName, "--keep-artifacts-days", keepArtifactsDays),
    keepLogsDays: positiveNumber(command.fullName, "--keep-logs-days", keepLogsDays),
    webhooksToPrivateNetworks: word === "yes",
  };
}
