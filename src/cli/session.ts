import { Api } from "./client/api.ts";
import { controllerAddress, controllerUrl } from "./client/settings.ts";
import type { Environment } from "./terminal/kind.ts";
import { Output, type OutputStream, type StdoutHolds } from "./terminal/output.ts";
import { canAsk, type InputStream, Prompt } from "./terminal/prompt.ts";

/** The options of every command that asks a controller. */
export interface SharedOptions {
  url?: string;
  tokenFile?: string;
  json?: boolean;
  account?: string;
}

/** What a process gives to the CLI. */
export interface Surroundings {
  environment: Environment;
  folder: string;
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
}

/** One command while it runs: what it was given, and where it writes. */
export class Session {
  readonly json: boolean;
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  readonly stdin: InputStream;
  readonly output: Output;
  /** Asks for what is missing; undefined where nobody could answer: in CI, and without a terminal. */
  readonly prompt: Prompt | undefined;
  private readonly options: SharedOptions;

  constructor(surroundings: Surroundings, options: SharedOptions, holds: StdoutHolds = "all") {
    this.options = options;
    this.json = options.json === true;
    this.environment = surroundings.environment;
    this.folder = surroundings.folder;
    this.stdin = surroundings.stdin;
    const { stdout, stderr, environment } = surroundings;
    this.output = new Output(stdout, stderr, environment, this.json ? "result" : holds);
    this.prompt = canAsk(this.stdin, stderr, environment) ? new Prompt(this.stdin, stderr) : undefined;
  }

  /** The controller's API. Throws CONTROLLER_NOT_NAMED and faults of the configuration; makes no request yet. */
  async connect(): Promise<Api> {
    const account = this.options.account ?? (this.environment["MILLWRIGHT_ACCOUNT"] || undefined);
    return new Api(await controllerAddress(this.options, this.environment), account);
  }

  /** The address of the controller, or of this one, for who has no token yet. Throws CONTROLLER_NOT_NAMED, USAGE. */
  url(asked = this.options.url): Promise<string> {
    return controllerUrl(asked === undefined ? {} : { url: asked }, this.environment);
  }

  /** Prints the document with `--json`, else what `show` prints. */
  answer(document: unknown, show: (output: Output) => void): void {
    if (this.json) this.output.result(document);
    else show(this.output);
  }
}
