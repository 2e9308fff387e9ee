import { StringDecoder } from "node:string_decoder";
import { showableLogLine } from "./text.ts";

/** Makes whole, harmless lines of a log that comes in pieces. */
export class LogLines {
  private readonly decoder = new StringDecoder("utf8");
  private readonly colour: boolean;
  private rest = "";

  constructor(colour: boolean) {
    this.colour = colour;
  }

  /** The lines that became whole, each with its line break; empty when none did. */
  push(bytes: Buffer): string {
    const text = this.rest + this.decoder.write(bytes);
    const end = text.lastIndexOf("\n") + 1;
    this.rest = text.slice(end);
    return this.showable(text.slice(0, end));
  }

  /** The last line, when it had no line break. */
  end(): string {
    const text = this.rest + this.decoder.end();
    this.rest = "";
    return text === "" ? "" : this.showable(`${text}\n`);
  }

  private showable(text: string): string {
    if (text === "") return "";
    const lines = text.slice(0, -1).split("\n");
    return lines.map((line) => `${showableLogLine(line, this.colour)}\n`).join("");
  }
}
