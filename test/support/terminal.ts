import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";

export interface Terminal {
  /** Waits until this was shown since the last thing that was typed. */
  see(text: string): Promise<void>;
  type(text: string): void;
  /** Everything that was shown, without colours and movements of the cursor. */
  shown(): string;
  /** The same with them. */
  raw(): string;
  exited: Promise<{ exitCode: number; signal?: number | undefined }>;
}

/** Runs node with these words on a terminal of its own. Only in tests of `terminalTest`. */
export async function onTerminal(
  words: string[],
  options: { cwd: string; env: Record<string, string>; cols?: number; rows?: number },
): Promise<Terminal> {
  const pty = await import("node-pty");
  const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TERM: "xterm-256color", HOME: options.cwd };
  const env = { ...environment, ...options.env };
  const { cols = 100, rows = 30, cwd } = options;
  const terminal = pty.spawn(process.execPath, words, { cols, rows, cwd, env });
  let raw = "";
  let typedAt = 0;
  terminal.onData((text) => {
    raw += text;
  });
  onTestFinished(() => terminal.kill());
  const plain = (from = 0) => stripVTControlCharacters(raw.slice(from));
  return {
    see: (text) => eventually(`"${text}" is shown`, () => plain(typedAt).includes(text)).then(() => undefined),
    type: (text) => {
      typedAt = raw.length;
      terminal.write(text);
    },
    shown: () => plain(),
    raw: () => raw,
    exited: new Promise((resolve) => terminal.onExit(resolve)),
  };
}
