import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { Random } from "../../model/random.ts";

const IMAGE_SIZE = "96M";
const PROGRAMS = join(process.cwd(), "dist-tools/test/faults/power-cut");

export interface Cut {
  acknowledged: number;
  lost: string[];
}

/** Why a disk in a file can't be mounted here; undefined when it can. */
export function whyNoLoopMounts(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "millwright-loop-"));
  try {
    return withDisk(join(folder, "disk"), join(folder, "mounted"), () => undefined);
  } catch (error) {
    return `loop mounts don't work here: ${(error as Error).message.trim().split("\n").at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Cuts the power of a writer: it works on a file system in a file, is stopped at some moment, and the file is copied as it is
 * then, without what the kernel had not written yet. The copy is mounted and opened as after a crash.
 */
export async function cutPower(seed: number): Promise<Cut> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-power-"));
  const image = join(folder, "disk");
  const copy = join(folder, "disk-after");
  try {
    makeDisk(image);
    const acknowledged = await withMounted(image, join(folder, "before"), async (data) => {
      execFileSync("sync", ["-f", data]);
      return await writeUntilStopped(data, seed, () => execFileSync("cp", ["--sparse=always", image, copy]));
    });
    const input = acknowledged.join("\n");
    const missing = await withMounted(copy, join(folder, "after"), async (data) =>
      execFileSync(process.execPath, [join(PROGRAMS, "verify.js"), data], { input, encoding: "utf8" }),
    );
    const lost = missing.split("\n").filter((line) => line !== "");
    return { acknowledged: acknowledged.length, lost };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers the lines that the writer said before it was stopped. */
async function writeUntilStopped(data: string, seed: number, atTheCut: () => void): Promise<string[]> {
  const writer = spawn(process.execPath, [join(PROGRAMS, "writer.js"), data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  writer.stdout.on("data", (bytes: Buffer) => {
    said += bytes;
  });
  const gone = new Promise<void>((resolve) => writer.once("exit", () => resolve()));
  const ended = gone.then(() => {
    if (!said.includes("\n")) throw new Error("the writer ended before it wrote anything");
  });
  while (!said.includes("\n")) await Promise.race([rest(10), ended]);
  await rest(new Random(seed).below(1_500));
  writer.kill("SIGSTOP");
  await rest(50); // what it had said is read
  atTheCut();
  const lines = said.slice(0, said.lastIndexOf("\n")).split("\n");
  writer.kill("SIGKILL");
  await gone;
  return lines;
}

function makeDisk(image: string): void {
  execFileSync("truncate", ["-s", IMAGE_SIZE, image]);
  execFileSync("mkfs.ext4", ["-q", "-F", image], { stdio: "pipe" });
}

function withDisk<T>(image: string, mount: string, use: () => T): T {
  makeDisk(image);
  mkdirSync(mount);
  execFileSync("mount", ["-o", "loop", image, mount], { stdio: "pipe" });
  try {
    return use();
  } finally {
    execFileSync("umount", [mount]);
  }
}

async function withMounted<T>(image: string, mount: string, use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(mount);
  execFileSync("mount", ["-o", "loop", image, mount]);
  try {
    return await use(mount);
  } finally {
    execFileSync("umount", [mount]);
  }
}
