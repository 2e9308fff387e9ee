import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface OpensslAnswer {
  ok: boolean;
  stdout: Buffer;
  stderr: string;
}

export interface OpensslWish {
  input?: Uint8Array;
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs openssl and answers, whatever its exit code. It is found also where PATH has been cut down to the fake's programs. */
export function tryOpenssl(args: readonly string[], wish: OpensslWish = {}): OpensslAnswer {
  const env = { ...process.env, ...wish.env, PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/usr/local/bin` };
  const { status, stdout, stderr, error } = spawnSync("openssl", args, { ...wish, env, maxBuffer: 2 ** 26 });
  if (error) throw error;
  return { ok: status === 0, stdout, stderr: stderr.toString("utf8") };
}

/** Runs openssl; answers its stdout. Throws what it printed when it fails. */
export function openssl(args: readonly string[], input?: Uint8Array, cwd?: string): Buffer {
  const wish = { ...(input && { input }), ...(cwd !== undefined && { cwd }) };
  const { ok, stdout, stderr } = tryOpenssl(args, wish);
  if (!ok) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
  return stdout;
}

/** Runs `work` in a folder that is gone afterwards. */
export function inScratchFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "fake-apple-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
