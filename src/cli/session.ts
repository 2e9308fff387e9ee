import { Api } from "./client/api.ts";
import { controllerAddress } from "./client/settings.ts";
import type { Environment } from "./terminal/kind.ts";
import { Output, type OutputStream, type StdoutHolds } from "./terminal/output.ts";

/** The options of every command that asks a controller. */
export interface SharedOptions {
  url?: string;
  tokenFile?: string;
  json?: boolean;
}

/** What a process gives to the CLI. */
export interface Surroundings {
  environment: Environment;
  folder: string;
  stdin: AsyncIterable<Buffer>;
  stdout: OutputStream;
  stderr: OutputStream;
}

/** One command while it runs: what it was given, and where it writes. */
export class Session {
  readonly json: boolean;
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  readonly stdin: AsyncIterable<Buffer>;
  readonly output: Output;
  private readonly options: SharedOptions;

  constructor(surroundings: Surroundings, options: SharedOptions, holds: StdoutHolds = "all") {
    this.options = options;
    this.json = options.json === true;
    this.environment = surroundings.environment;
    this.folder = surroundings.folder;
    this.stdin = surroundings.stdin;
    const { stdout, stderr, environment } = surroundings;
    this.output = new Output(stdout, stderr, environment, this.json ? "result" : holds);
  }

  /** The controller's API. Throws CONTROLLER_NOT_NAMED and faults of the configuration; makes no request yet. */
  async connect(): Promise<Api> {
    return new Api(await controllerAddress(this.options, this.environment));
  }

  /** Prints the document with `--json`, else what `show` prints. */
  answer(document: unknown, show: (output: Output) => void): void {
    if (this.json) this.output.result(document);
    else show(this.output);
  }
}
