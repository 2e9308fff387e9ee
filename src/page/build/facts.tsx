import type { ComponentChildren } from "preact";
import type { BuildDetails } from "../../protocol/api.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { Ago, Lasting } from "../controls/moments.tsx";
import { commandLine } from "./command-line.ts";

/** What was asked for, by whom, and where it ran. */
export function Facts({ build }: { build: BuildDetails }) {
  const line = commandLine(build);
  return (
    <section class="block" aria-label="What was asked for">
      <h2>Asked for</h2>
      <dl class="facts">
        <Fact name="Commit">
          <code>{build.commitSha ?? build.commit}</code>
          {build.commitNote && <div>{build.commitNote}</div>}
        </Fact>
        <Fact name="Branch">
          {build.branch ??
            (build.commitSha === undefined || build.commitSha === build.commit ? undefined : build.commit)}
        </Fact>
        <Fact name="By">
          {build.requestedBy}, <Ago at={build.createdAt} />
        </Fact>
        <Fact name="Target platform">{build.targetPlatform}</Fact>
        <Fact name="Security profile">{build.securityProfile}</Fact>
        <Fact name="Environment">{build.environment}</Fact>
        <Fact name="Native config">{build.nativeConfig}</Fact>
        <Fact name="File name">{build.buildFileName}</Fact>
        <Fact name="Agent">
          {build.agent && `${build.agent}${build.attempt > 1 ? `, attempt ${build.attempt}` : ""}`}
        </Fact>
        <Fact name="In the queue">
          <Lasting from={build.createdAt} to={build.startedAt ?? build.finishedAt} />
        </Fact>
        <Fact name="Took">{build.startedAt && <Lasting from={build.startedAt} to={build.finishedAt} />}</Fact>
      </dl>
      <details class="build-command">
        <summary>The same on the command line</summary>
        <pre>{line}</pre>
        <CopyButton text={line} />
      </details>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === undefined || children === "") return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
