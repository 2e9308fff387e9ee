import type { Connected, Dispatch, Herd, Idle } from "./phases.ts";
import { inWords, type Spans } from "./spans.ts";

export interface Results {
  agents: number;
  machine: { cores: number; memoryMib: number; load: number[]; tls: boolean; sync: Spans };
  /** The controller's memory before the first agent. */
  emptyMib: number;
  baseline: Dispatch;
  connected: Connected;
  idle: Idle;
  dispatch: Dispatch;
  herd: Herd | undefined;
}

export function print(results: Results, fewAgents: number): void {
  const { agents, machine, emptyMib, baseline, connected, idle, dispatch, herd } = results;
  const load = machine.load.map((each) => each.toFixed(1)).join(" ");
  const ways = `SQLite, ${machine.tls ? "TLS" : "no TLS"}`;
  console.log(`${agents} agents, ${ways}; ${machine.cores} cores, ${machine.memoryMib} MiB, load before ${load}`);
  const kib = ((idle.rssMib - emptyMib) * 1024) / agents;
  const rows: [string, string][] = [
    ["4 KiB to the disk", inWords(machine.sync)],
    ["connected", `${connected.seconds} s, ${connected.cpuSeconds} s of a core`],
    ["memory", `${emptyMib} MiB without agents, ${idle.rssMib} MiB idle: ${kib.toFixed(1)} KiB an agent`],
    ["idle", `${idle.cpuPercent} % of a core over ${idle.seconds} s`],
    ["heartbeats", `${idle.heartbeats}, late ${inWords(idle.late)}`],
    ["kept", `${idle.watching} streams open, ${idle.notReady} agents not shown as ready`],
    ["failed calls", JSON.stringify(idle.failures)],
    [`dispatch, ${fewAgents} agents`, inWords(baseline.fromRequest)],
    [`dispatch, ${agents} agents`, `${inWords(dispatch.fromRequest)}, ${dispatch.cpuPercent} % of a core`],
    ["  request answered", `${inWords(dispatch.answered)}; few agents: ${inWords(baseline.answered)}`],
  ];
  if (herd) {
    rows.push(
      ["herd", `${herd.agents} agents in a second, ${herd.queued} builds queued (${herd.askedPerSecond} a second)`],
      ["  all back", `${herd.backSeconds} s, with work ${herd.workSeconds} s, controller ${herd.rssMib} MiB`],
      ["  all builds done", `${herd.drainSeconds} s, lost ${herd.lost}, given out twice ${herd.twice}`],
    );
  }
  for (const [name, text] of rows) console.log(name.padEnd(24) + text);
}
