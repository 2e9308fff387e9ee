import { isIP } from "node:net";
import { Option } from "commander";
import { isHostPort } from "../../base/config/host-port.ts";
import { parseSize } from "../../base/units.ts";
import type { ControllerOptions } from "../../controller/controller-options.ts";
import { EXIT_CODES_OF_SERVICES } from "../exit-codes.ts";
import { unknownWord, usageError } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { blobsOptions, defineMigrateBlobs } from "./controller-blobs.ts";
import { policyOf, policyOptions } from "./controller-policy.ts";
import { defineMigrate, storeOptions } from "./controller-store.ts";
import { tlsOf, tlsOptions } from "./controller-tls.ts";
import { examples, type Invocation } from "./invocation.ts";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

type Said =
  | "data"
  | "store"
  | "shared"
  | "trustStore"
  | "newSpecKey"
  | "replaceSharedFiles"
  | "keyFile"
  | "blobs"
  | "blobsCredentials";

interface Given extends Pick<ControllerOptions, Said | "http" | "grpc" | "logLevel" | "publicUrl"> {
  maxPush: string;
  trustedProxies?: string;
}

/** `millwright controller`. */
export function defineController(program: CommandLine, invocation: Invocation): void {
  const command = program
    .command("controller")
    .description("run the controller: queue, history, artifacts, the HTTP API, and the gRPC service for agents")
    .option("--data <folder>", "where it keeps everything", "./millwright-data")
    .option(
      "--key-file <file>",
      "where the keys are that encrypt secrets in the store, best on another disk (default: secret.key in --data)",
    )
    .option("--http <host:port>", "where people and the CLI reach it; port 0 takes a free one", "127.0.0.1:8080")
    .option("--grpc <host:port>", "where agents reach it; port 0 takes a free one", "127.0.0.1:8081")
    .option(
      "--public-url <url>",
      "where agents and people reach --http from elsewhere (behind a proxy, or with 0.0.0.0)",
    )
    .option(
      "--trusted-proxies <addresses>",
      "addresses or networks of proxies in front, a comma between them: their X-Forwarded-For says who asks",
    )
    .option("--max-push <size>", "the most that one git push to a remote of the controller's own may bring", "2GiB")
    .addOption(new Option("--log-level <level>", `one of ${LOG_LEVELS.join(", ")}`).default("info"));
  command.choices.set("--log-level", LOG_LEVELS);
  command.exitCodes = EXIT_CODES_OF_SERVICES;
  tlsOptions(policyOptions(blobsOptions(storeOptions(command)))).action(async () => {
    const options = command.opts<Given>();
    const tls = tlsOf(command);
    checkAddress(command, "--http", options.http);
    checkAddress(command, "--grpc", options.grpc);
    if (options.publicUrl !== undefined) checkUrl(command, options.publicUrl);
    if (!LOG_LEVELS.includes(options.logLevel)) {
      throw unknownWord(command.fullName, "log level", options.logLevel, LOG_LEVELS);
    }
    const trustedProxies = proxiesOf(command, options.trustedProxies);
    const mostPushBytes = parseSize(options.maxPush);
    if (!mostPushBytes)
      throw usageError(command.fullName, `--max-push must be a size such as 2GiB, not ${options.maxPush}.`);
    const { runController } = await import("../../controller/main.ts");
    invocation.exitCode = await runController({
      ...options,
      ...tls,
      trustedProxies,
      mostPushBytes,
      policy: policyOf(command),
    });
  });
  defineMigrateBlobs(command, invocation);
  defineMigrate(command, invocation);
  examples(
    command,
    ["millwright controller", "everything in ./millwright-data, for this host only"],
    ["millwright controller --data /var/lib/millwright --http 0.0.0.0:8080 --grpc 0.0.0.0:8081", ""],
  );
}

function checkAddress(command: CommandLine, option: string, value: string): void {
  if (!isHostPort(value)) throw usageError(command.fullName, `${option} must be HOST:PORT, not ${value}.`);
}

function proxiesOf(command: CommandLine, list = ""): string[] {
  const all = list.split(",").map((each) => each.trim());
  const proxies = all.filter((each) => each !== "");
  const wrong = proxies.find((each) => {
    const [address = "", bits, more] = each.split("/");
    const most = isIP(address) === 4 ? 32 : 128;
    return isIP(address) === 0 || more !== undefined || (bits !== undefined && !(/^\d+$/.test(bits) && +bits <= most));
  });
  if (wrong === undefined) return proxies;
  const reason = `--trusted-proxies must be addresses such as 10.0.0.2 or 10.0.0.0/8, not ${wrong}.`;
  throw usageError(command.fullName, reason);
}

function checkUrl(command: CommandLine, value: string): void {
  if (!/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : "")) {
    throw usageError(command.fullName, `--public-url must be an http or https address, not ${value}.`);
  }
}
