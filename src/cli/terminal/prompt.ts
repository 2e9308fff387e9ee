import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { unknownWord } from "../usage.ts";
import { type Environment, isSet } from "./kind.ts";
import type { OutputStream } from "./output.ts";

/** Where answers come from: `process.stdin`, or anything with bytes. */
export type InputStream = AsyncIterable<Buffer> & { isTTY?: boolean };

/** How often a wrong answer is asked for again. */
const MOST_TRIES = 5;

/**
 * Asks a person at a terminal. Questions go to stderr, so that stdout stays what the command promises. Every method throws
 * NO_ANSWER when the input ends; Ctrl-C ends the process as it does elsewhere.
 */
export class Prompt {
  private readonly input: InputStream;
  private readonly output: OutputStream;

  constructor(input: InputStream, output: OutputStream) {
    this.input = input;
    this.output = output;
  }

  /** A line without blanks at its ends. Without `fallback` it is asked for until it isn't empty. */
  async text(question: string, fallback?: string): Promise<string> {
    const shown = fallback ? `${question} [${fallback}]: ` : `${question}: `;
    for (let tries = 1; ; tries++) {
      const answer = (await this.ask(shown, false)).trim() || (fallback ?? "");
      if (answer !== "" || fallback !== undefined) return answer;
      if (tries === MOST_TRIES) throw errorOf("NO_ANSWER", { question });
    }
  }

  /** A line that isn't shown while it is typed; may be empty. */
  async hidden(question: string): Promise<string> {
    const answer = await this.ask(`${question}: `, true);
    this.output.write("\n");
    return answer;
  }

  /** One of the names, by its name or its number in the list. */
  async choose(question: string, names: readonly string[]): Promise<string> {
    for (const [index, name] of names.entries()) this.output.write(`${`${index + 1}`.padStart(3)}) ${name}\n`);
    for (let tries = 1; ; tries++) {
      const answer = (await this.ask(`${question} [1-${names.length}]: `, false)).trim();
      const chosen =
        names.find((name) => name === answer) ?? (/^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined);
      if (chosen !== undefined) return chosen;
      if (tries === MOST_TRIES) throw unknownWord("millwright", question.toLowerCase(), answer, names);
    }
  }

  private ask(question: string, hidden: boolean): Promise<string> {
    const silent = new Writable({ write: (_, _encoding, done) => done() });
    const input = this.input as unknown as NodeJS.ReadableStream;
    const output = hidden ? silent : (this.output as unknown as NodeJS.WritableStream);
    const lines = createInterface({ input, output, terminal: true, historySize: 0 });
    if (hidden) this.output.write(question); // only now: the terminal no longer shows what is typed
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        lines.removeAllListeners("close").close();
        finish();
      };
      lines.on("SIGINT", () => end(() => process.kill(process.pid, "SIGINT"))); // in raw mode the terminal doesn't send it
      lines.on("close", () => reject(errorOf("NO_ANSWER", { question: question.replace(/[: ]+$/, "") })));
      lines.question(hidden ? "" : question, (answer) => end(() => resolve(answer)));
    });
  }
}

/** Whether somebody sits there who can answer: never in CI, and only where input and questions are a terminal. */
export function canAsk(input: InputStream, output: OutputStream, environment: Environment): boolean {
  return input.isTTY === true && output.isTTY === true && !isSet(environment["CI"]);
}
