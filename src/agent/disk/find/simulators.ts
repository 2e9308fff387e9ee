import { join } from "node:path";
import { run } from "../../../base/processes/run.ts";
import { which } from "../../../base/processes/which.ts";
import type { Cleanable } from "../cleanable.ts";
import { measure } from "../measure.ts";
import { xcodeFolders } from "./xcode.ts";

interface Device {
  udid: string;
  isAvailable?: boolean;
}

/** Simulators whose runtime is gone, as after an Xcode was replaced: no Xcode can start them. None on a host without simctl. */
export async function findSimulators(home: string, environment: Record<string, string>): Promise<Cleanable[]> {
  const listed = await simctl(["list", "devices", "-j"], environment);
  if (!listed.ok) return [];
  const { devices } = JSON.parse(listed.output) as { devices: Record<string, Device[]> };
  const { simulators } = xcodeFolders(home);
  return Object.values(devices)
    .flat()
    .filter(({ isAvailable }) => isAvailable === false)
    .map(({ udid }) => {
      const path = join(simulators, udid);
      return {
        kind: "simulators",
        path,
        root: simulators,
        left: true,
        while: "idle",
        simulator: udid,
        ...measure(path),
      };
    });
}

/** `simctl delete unavailable`: all of them at once. Throws what it said when it failed. */
export async function removeSimulators(environment: Record<string, string>): Promise<void> {
  const done = await simctl(["delete", "unavailable"], environment);
  if (!done.ok) throw new Error(`simctl delete unavailable: ${done.output.trim().slice(-500)}`);
}

async function simctl(args: string[], environment: Record<string, string>): Promise<{ ok: boolean; output: string }> {
  if (which("xcrun", environment["PATH"] ?? "") === undefined) return { ok: false, output: "there is no xcrun" };
  const output: Buffer[] = [];
  const end = await run({
    command: "xcrun",
    args: ["simctl", ...args],
    cwd: "/",
    environment,
    onOutput: (stream, bytes) => {
      if (stream === "stdout" || args[0] !== "list") output.push(bytes);
    },
    signal: AbortSignal.timeout(300_000),
    graceMs: 5_000,
  });
  return { ok: end.exitCode === 0, output: Buffer.concat(output).toString() };
}
