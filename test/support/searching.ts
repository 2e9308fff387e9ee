import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Files below the folders that hold one of the texts, also raw in binary ones. What vanishes meanwhile is passed over. */
export function filesHolding(folders: readonly string[], texts: readonly string[]): string[] {
  const patterns = texts.flatMap((text) => ["-e", text]);
  const args = ["--recursive", "--files-with-matches", "--fixed-strings", "--devices=skip", "--no-messages"];
  const said = spawnSync("grep", [...args, ...patterns, "--", ...folders], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (said.status === null || said.error) throw new Error(`grep did not end: ${said.error?.message ?? said.signal}`);
  // Once each: one folder may lie in another.
  return [...new Set(said.stdout.split("\n"))].filter((line) => line !== "");
}

/** The forms in which a text may rest in a file: itself, base64 at its three alignments, hex. */
export function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString("base64");
    return whole.slice(shift === 0 ? 0 : shift + 1, -4);
  });
  return [text, ...base64, Buffer.from(text).toString("hex")];
}

/**
 * Watches what every process of the machine shows of itself, its arguments and its environment, as `ps axeww` does. `stop`
 * answers how often it looked and the processes that showed one of the texts.
 */
export function watchProcesses(texts: readonly string[]): { stop(): { looks: number; seen: string[] } } {
  const seen = new Set<string>();
  let looks = 0;
  const look = () => {
    looks += 1;
    for (const shown of processes()) if (texts.some((text) => shown.includes(text))) seen.add(shown.slice(0, 300));
  };
  const timer = setInterval(look, 40);
  return {
    stop: () => {
      clearInterval(timer);
      return { looks, seen: [...seen] };
    },
  };
}

function processes(): string[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => `${contentOf(`/proc/${pid}/cmdline`)}\n${contentOf(`/proc/${pid}/environ`)}`);
  } catch {
    return spawnSync("ps", ["axeww"], { encoding: "utf8" }).stdout.split("\n"); // no /proc on this system
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // it has ended
  }
}
