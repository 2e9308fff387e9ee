import type { BuildStatus } from "../../protocol/build-types.ts";
import "./status-badge.css";

const SIGNS: Record<BuildStatus, string> = {
  success: "✓",
  failed: "✗",
  canceled: "–",
  running: "●",
  queued: "…",
  pending: "⏸",
};

/** The status of a build: a sign, a word and a colour, so that none of them is needed alone. */
export function StatusBadge({ status }: { status: BuildStatus }) {
  return (
    <span class={`status status-${status}`}>
      <span class="status-sign" aria-hidden="true">
        {SIGNS[status]}
      </span>
      {status}
    </span>
  );
}
