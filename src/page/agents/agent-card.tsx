import { formatSize } from "../../base/units.ts";
import type { Agent } from "../../protocol/api.ts";
import { Ago } from "../controls/moments.tsx";
import { Holding } from "./holding.tsx";
import { Toolchains } from "./toolchains.tsx";

interface AgentCardProps {
  agent: Agent;
  onChanged: () => void;
}

/** One host. */
export function AgentCard({ agent, onChanged }: AgentCardProps) {
  return (
    <li class="block agent">
      <div class="row spread">
        <h2>
          <span class={`agent-state agent-${agent.state}`}>{agent.state}</span> {agent.name}
        </h2>
        <Holding agent={agent} onChanged={onChanged} />
      </div>
      {agent.reasons.length > 0 && <p class="notice">{agent.reasons.join(" ")}</p>}
      <dl class="facts">
        <dt>Running</dt>
        <dd>
          <Running agent={agent} />
        </dd>
        <dt>Last contact</dt>
        <dd>
          <Ago at={agent.lastContactAt} />
        </dd>
        <dt>System</dt>
        <dd>
          {agent.os.replace(/^darwin/, "macOS").replace(/^linux/, "Linux")}, agent {agent.version}
        </dd>
        <dt>Free disk</dt>
        <dd>{formatSize(agent.diskFreeBytes)}</dd>
        <dt>Builds for</dt>
        <dd>
          <Platforms agent={agent} />
        </dd>
      </dl>
      <Toolchains toolchains={agent.toolchains} />
      {agent.targetPlatforms.length > 0 && <p class="quiet">Target platforms: {agent.targetPlatforms.join(", ")}</p>}
    </li>
  );
}

function Running({ agent }: { agent: Agent }) {
  return (
    <>
      <span class="number">
        {agent.running.length} of {agent.slots}
      </span>
      {agent.running.map((id) => (
        <a key={id} class="number agent-build" href={`/builds/${id}`}>
          #{id}
        </a>
      ))}
    </>
  );
}

function Platforms({ agent }: { agent: Agent }) {
  return (
    <ul class="agent-platforms">
      {agent.platforms.map(({ platform, supported, lacking }) => (
        <li key={platform}>
          {supported ? "✓" : "✗"} {platform}
          {lacking && <span class="quiet">: {lacking}</span>}
        </li>
      ))}
    </ul>
  );
}
