import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program and answers when it has ended, whatever its exit code. */
export async function ran(command: string, words: string[], env: NodeJS.ProcessEnv, cwd = "/"): Promise<Ran> {
  const child = spawn(command, words, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((done) => child.once("close", done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
