import type { Build } from "../../protocol/api.ts";
import { Ago, Lasting } from "../controls/moments.tsx";
import { StatusBadge } from "../controls/status-badge.tsx";
import { CommitName } from "./commit-name.tsx";
import { whatIsBuilt } from "./words.ts";

/** A build in the list. */
export function BuildRow({ build }: { build: Build }) {
  return (
    <tr>
      <td>
        <a class="number build-number" href={`/builds/${build.id}`}>
          #{build.id}
        </a>
      </td>
      <td>
        <StatusBadge status={build.status} />
        {build.failure && build.status === "failed" && <div class="quiet cut row-why">{build.failure.what}</div>}
      </td>
      <td>
        <div class="cut row-app">{build.app.name}</div>
        <div class="quiet">{whatIsBuilt(build)}</div>
      </td>
      <td class="row-commit">
        <CommitName build={build} />
      </td>
      <td>
        <Ago at={build.createdAt} />
        <div class="quiet cut row-who">{build.requestedBy}</div>
      </td>
      <td class="row-times">
        <Lasting from={build.startedAt} to={build.finishedAt} />
        <div class="quiet">
          <span class="only-heard">waited </span>
          <Lasting from={build.createdAt} to={build.startedAt ?? build.finishedAt} />
          {build.startedAt ? " in the queue" : " waiting"}
        </div>
      </td>
      <td class="row-agent">
        {build.agent && <div class="cut row-where">{build.agent}</div>}
        {build.targetPlatform && <div class="quiet cut row-where">{build.targetPlatform}</div>}
        {build.attempt > 1 && <div class="quiet">attempt {build.attempt}</div>}
      </td>
    </tr>
  );
}
