import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import { loadAgentConfig } from "../config.ts";

/** What `millwright agent check --json` says of the release whose code it is. */
export interface SelfCheck {
  version: string;
  node: string;
  /** The launcher that it needs. */
  launcher: number;
  protocol: { min: number; max: number };
  journal: { min: number; max: number };
}

export interface Answer {
  code: number;
  stdout: string;
  /** The last lines that say something. */
  said: string;
}

const PATIENCE_MS = 120_000;

/**
 * Runs the program of a release as the agent's user: new code isn't run as root. Never rejects;
 * who takes longer than two minutes is ended.
 */
export function askRelease(program: string, words: readonly string[], config: string): Promise<Answer> {
  const env = { ...process.env };
  delete env["HOME"]; // of who upgrades; the agent's user has its own
  const owner = process.getuid?.() === 0 ? agentUser(config) : undefined;
  const as = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const options = {
    env,
    cwd: "/",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
    maxBuffer: 16 * 2 ** 20,
    ...as,
  } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words, "--config", config], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      const timedOut = error?.killed ? `It took longer than ${PATIENCE_MS / 1000} seconds.` : "";
      resolve({ code, stdout, said: lastWords(stderr) || timedOut || (error?.message ?? "") });
    });
  });
}

/** Whom the agent runs as: who owns its work folder, which it makes itself; before its first start, who owns its configuration. */
export function agentUser(config: string): { uid: number; gid: number } {
  try {
    return statSync(loadAgentConfig(config, process.env).workFolder);
  } catch {
    return statSync(config); // no work folder yet, or a configuration that the release in use can't read
  }
}

/** The JSON that a command printed, or undefined when it printed none. */
export function documentOf<T>(answer: Answer): (T & { error?: Failure }) | undefined {
  try {
    return JSON.parse(answer.stdout) as T & { error?: Failure };
  } catch {
    return undefined;
  }
}

/** Why a release that was asked gave no good answer. */
export function unfit(release: string, answer: Answer): Failure {
  const failure = documentOf<object>(answer)?.error;
  const reason = failure
    ? `${failure.what} ${failure.why} [${failure.code}]`
    : answer.said || `It ended with ${answer.code}.`;
  return failureOf("RELEASE_UNFIT", { release, reason });
}

/** Node shows the error in the middle of what it prints; everything else says it last. */
function lastWords(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const error = lines.find((line) => /^\S*Error\b/.test(line));
  return (error ?? lines.slice(-3).join(" ")).slice(0, 600);
}
