import { readFile } from "node:fs/promises";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Session } from "../session.ts";

/**
 * Reads secrets from files, or from stdin for `-`: never from the command line, which every process of the host can see.
 */
export class SecretInput {
  private readonly session: Session;
  private stdinTakenBy: string | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  /** The text of a file without its last line break. Throws FILE_UNREADABLE, also for an empty one. */
  async text(option: string, file: string): Promise<string> {
    const text = (await this.bytes(option, file)).toString().replace(/\r?\n$/, "");
    if (text === "")
      throw errorOf("FILE_UNREADABLE", { file: shown(file), reason: `It is empty, and ${option} needs a value.` });
    return text;
  }

  /** The bytes of a file. Throws FILE_UNREADABLE. */
  async bytes(option: string, file: string): Promise<Buffer> {
    if (file === "-") return this.stdin(option);
    try {
      return await readFile(file);
    } catch (cause) {
      throw errorOf("FILE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
    }
  }

  private async stdin(option: string): Promise<Buffer> {
    if (this.stdinTakenBy !== undefined) {
      throw errorOf("FILE_UNREADABLE", {
        file: "stdin",
        reason: `It was read for ${this.stdinTakenBy} and holds one value only.`,
      });
    }
    this.stdinTakenBy = option;
    const parts: Buffer[] = [];
    for await (const part of this.session.stdin) parts.push(part);
    return Buffer.concat(parts);
  }
}

function shown(file: string): string {
  return file === "-" ? "stdin" : file;
}
