/** Why a file can't be opened. "algorithm": nothing is known to be wrong with it, but it uses what isn't read here. */
export type Trouble = "password" | "truncated" | "damaged" | "algorithm";

/** Thrown by the parts that open files of several kinds. Who knows what the file is for turns it into an error for people. */
export class Unreadable extends Error {
  readonly trouble: Trouble;

  /** `reason` is a sentence that can be shown, free of secrets. */
  constructor(trouble: Trouble, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = "Unreadable";
    this.trouble = trouble;
  }
}
