import type { AgentToolchain } from "../../protocol/api.ts";

/** The Xcodes, SDKs and JDKs of a host; what can't be used says why. */
export function Toolchains({ toolchains }: { toolchains: readonly AgentToolchain[] }) {
  if (toolchains.length === 0) return null;
  return (
    <details class="toolchains">
      <summary>
        {toolchains.length} toolchain{toolchains.length === 1 ? "" : "s"}
      </summary>
      <ul>
        {toolchains.map((tool) => (
          <li key={`${tool.kind} ${tool.path} ${tool.version}`}>
            <strong>
              {tool.kind} {tool.version}
            </strong>
            {tool.build && ` (${tool.build})`}
            {tool.beta && " beta"}
            {tool.preferred && " · preferred"}
            {tool.sdks && tool.sdks.length > 0 && ` · iOS ${tool.sdks.join(", ")}`}
            <code class="toolchain-path">{tool.path}</code>
            {tool.lacking && <span class="toolchain-lacking">{tool.lacking}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
