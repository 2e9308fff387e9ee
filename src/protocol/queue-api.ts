/**
 * The queue's part of the HTTP API below `/api/v1`, in the way of api.ts.
 *
 *   GET    /builds/:id/explain            BuildExplanation: why it isn't running, and what would change it
 *   GET    /target-platforms              TargetPlatforms
 *   PUT    /target-platforms/:name        TargetPlatformRequest → TargetPlatform; for operators
 *   DELETE /target-platforms/:name        204; for operators
 */
import type { Agent } from "./api.ts";
import type { BuildStatus, HostPlatform } from "./build-types.ts";
import type { Maintenance } from "./maintenance-api.ts";
import type { Hold } from "./page-api.ts";
import type { HostSystem } from "./requirement.ts";

/** Why a build isn't running. Of one that doesn't wait only `build`, `status` and `summary` say something. */
export interface BuildExplanation {
  build: number;
  status: BuildStatus;
  /** All of it in a sentence or some. */
  summary: string;
  /** Only where the account has a limit: how many builds may be live, and the ones that are. */
  limit?: { limit: number; live: number; builds: number[] };
  /** How many builds stand before it in the queue of its platform, those of all accounts together. */
  ahead?: number;
  /** What it needs of an agent. */
  requirement?: { platform: HostPlatform; targetPlatform?: string; os?: HostSystem; xcode?: string; label?: string };
  agents: AgentFit[];
  /** What would let it begin, each a sentence. */
  remedies: string[];
}

export interface AgentFit {
  agent: string;
  /** It has what the build needs; whether it can take it now is another question. */
  fits: boolean;
  state: Agent["state"];
  /** Only of one that an operator keeps from new builds. */
  hold?: Hold;
  /** Only of one in a maintenance window. */
  maintenance?: Maintenance;
  /** What keeps it from taking the build now. */
  because?:
    | "platform"
    | "os"
    | "xcode"
    | "label"
    | "offline"
    | "paused"
    | "draining"
    | "maintenance"
    | "unhealthy"
    | "busy";
  /** The same in words; empty when nothing does. */
  reason: string;
}

export interface TargetPlatforms {
  /** Names for requests: the defined ones that are not retired, and what the agents offer, `Xcode 26.0` among it. */
  targetPlatforms: string[];
  /** In the operator's order. Besides them, names of the forms of requirement.ts are understood. */
  defined: TargetPlatform[];
}

/** A target platform that the operator named. */
export interface TargetPlatform extends Required<Omit<TargetPlatformRequest, "xcode" | "label" | "notice">> {
  name: string;
  xcode?: string;
  label?: string;
  notice?: string;
}

export interface TargetPlatformRequest {
  os: HostSystem | "any";
  /** A version or a range: `26.0`, `>=16 <17`. */
  xcode?: string;
  /** A name that the agent's configuration must promise. */
  label?: string;
  /** For those who ask for none. One of each system. */
  preferred?: boolean;
  /** Told to those who ask for it. */
  notice?: string;
  /** Refused, with the notice. */
  retired?: boolean;
  /** Its place in lists; the end when left out. */
  position?: number;
}
