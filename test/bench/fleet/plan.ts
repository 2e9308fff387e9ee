import type { Capability, Toolchain } from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";

/** What a driver is to play: agents with these numbers, on the controller at this address. */
export interface DriverPlan {
  grpcAddress: string;
  /** The file of the CA to trust; none: without TLS. */
  caFile: string | undefined;
  /** PKCS#8 in base64, one an agent. */
  keys: readonly string[];
  /** The number of its first agent, and how far the next one's is from it. */
  first: number;
  step: number;
  /** Agents below this number belong to the herd. */
  herd: number;
}

/** A target platform that only the agents of the herd have. */
export const HERD_PLATFORM = "Herd";

/** What builds ask for, besides the herd's. */
export const TARGETS = [
  { platform: "android", buildType: "debug", targetPlatform: "Linux - 2026.10" },
  { platform: "android", buildType: "debug", targetPlatform: "Linux - 2025.4" },
  { platform: "ios", buildType: "simulator", targetPlatform: "Xcode 26" },
  { platform: "ios", buildType: "simulator", targetPlatform: "Xcode 16.2" },
  { platform: "android", buildType: "debug" },
] as const;

export function agentName(number: number): string {
  return `agent-${String(number).padStart(5, "0")}`;
}

/** Every fifth agent is a Mac; the others are Linux hosts of two kinds. */
export function capabilityOf(number: number, herd: number): Capability {
  const mac = number % 5 === 4;
  const own = mac ? [] : [number % 5 < 3 ? "Linux - 2026.10" : "Linux - 2025.4"];
  return {
    os: mac ? "darwin" : "linux",
    osVersion: mac ? "26.1" : "12",
    arch: mac ? "arm64" : "x64",
    cores: 8,
    memoryBytes: 32 * 2 ** 30,
    diskFreeBytes: 200 * 2 ** 30 + number * 4096,
    toolchains: mac ? [xcode(number % 10 === 4 ? "26.0" : "16.2"), ...TOOLS] : [...TOOLS],
    platforms: [
      { platform: "web", supported: true, lacking: "" },
      { platform: "android", supported: true, lacking: "" },
      { platform: "ios", supported: mac, lacking: mac ? "" : "This host is no Mac." },
    ],
    targetPlatforms: number < herd ? [...own, HERD_PLATFORM] : own,
  };
}

const TOOLS: readonly Toolchain[] = [tool("node", "22.12.0"), tool("java", "17.0.13"), tool("android-sdk", "35.0.0")];

function tool(kind: string, version: string): Toolchain {
  const path = `/opt/toolchains/${kind}/${version}/bin`;
  return { kind, version, path, build: "", lacking: "", sdks: [], beta: false, preferred: false };
}

function xcode(version: string): Toolchain {
  const path = `/Applications/Xcode-${version}.app`;
  return { kind: "xcode", version, path, build: "17A1", lacking: "", sdks: [version], beta: false, preferred: true };
}
