import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** What `make` answers, made at the first call only. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A folder that is removed after the tests of the file that asks for it. */
export function folderOfFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-credentials-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const MANY = join(import.meta.dirname, "Keytool.java");

/** Runs keytool's commands in one Java, which is quicker than a Java for each. */
export function keytool(folder: string, commands: readonly (readonly string[])[]): void {
  const open = ["--add-exports", "java.base/sun.security.tools.keytool=ALL-UNNAMED"];
  const input = commands.map((words) => words.join("\t")).join("\n");
  execFileSync("java", [...open, MANY], { cwd: folder, input, stdio: ["pipe", "pipe", "pipe"] });
}

export function openssl(folder: string, ...args: string[]): Buffer {
  return execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

/** Reads a file of a folder. */
export function from(folder: string): (name: string) => Buffer {
  return (name) => readFileSync(join(folder, name));
}
