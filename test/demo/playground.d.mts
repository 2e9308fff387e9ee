import type { ChildProcess } from "node:child_process";

export const ROOT: string;
export const CLI: string;
export const SAMPLE: string;

export interface Playground {
  environment: { MILLWRIGHT_URL: string; MILLWRIGHT_TOKEN: string };
  folder: string;
  controller: ChildProcess;
  agents: ChildProcess[];
  restartAgent(number?: number): ChildProcess;
  stop(): Promise<void>;
}

export function startPlayground(options: {
  folder: string;
  kit?: string | undefined;
  slots?: number;
  extra?: string;
  agents?: number;
  agentEnvironment?: Record<string, string>;
}): Promise<Playground>;
export function sampleRepository(folder: string, change?: (folder: string) => void): string;
export function git(folder: string, ...args: string[]): string;
export function demoKeystore(folder: string): { keystore: string; passwordFile: string; alias: string };
export function stop(child: ChildProcess, ms?: number): Promise<void>;
