import { useState } from "preact/hooks";
import { formatSize } from "../../base/units.ts";
import type { Artifact, BuildDetails } from "../../protocol/api.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { Ago } from "../controls/moments.tsx";
import { InstallDialog } from "./install-dialog.tsx";
import { metadataLines } from "./metadata.ts";
import { hasEnded } from "./use-build.ts";

/** The files of a build, with what they say about themselves. */
export function Artifacts({ build }: { build: BuildDetails }) {
  if (!hasEnded(build) || (build.artifacts.length === 0 && !build.artifactsRemovedAt)) return null;
  return (
    <section class="block" aria-label="Files">
      <h2>Files</h2>
      {build.artifactsRemovedAt && (
        <p class="quiet">
          They were kept long enough, and removed <Ago at={build.artifactsRemovedAt} />.
        </p>
      )}
      <ul class="artifacts">
        {build.artifacts.map((artifact) => (
          <ArtifactItem key={artifact.id} build={build} artifact={artifact} />
        ))}
      </ul>
    </section>
  );
}

function ArtifactItem({ build, artifact }: { build: BuildDetails; artifact: Artifact }) {
  const [installing, setInstalling] = useState(false);
  const address = `/api/v1/builds/${build.id}/artifacts/${encodeURIComponent(artifact.id)}`;
  const removed = build.artifactsRemovedAt !== undefined;
  return (
    <li class="artifact">
      <div class="row spread">
        <div class="artifact-name">
          {removed ? artifact.name : <strong>{artifact.name}</strong>}{" "}
          <span class="quiet">{formatSize(artifact.size)}</span>
        </div>
        {!removed && (
          <div class="row">
            {canBeInstalled(build, artifact) && (
              <button type="button" onClick={() => setInstalling(true)}>
                Install on a phone
              </button>
            )}
            <a class="button primary" href={address} download={artifact.name}>
              Download<span class="only-heard"> {artifact.name}</span>
            </a>
          </div>
        )}
      </div>
      <dl class="facts artifact-facts">
        {metadataLines(artifact.metadata).map(([name, value]) => (
          <div key={name} class="facts-pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div class="facts-pair">
          <dt>SHA-256</dt>
          <dd>
            <code class="hash">{artifact.sha256}</code> <CopyButton text={artifact.sha256} />
          </dd>
        </div>
      </dl>
      {installing && <InstallDialog build={build} artifact={artifact} onClose={() => setInstalling(false)} />}
    </li>
  );
}

function canBeInstalled(build: BuildDetails, { kind }: Artifact): boolean {
  return kind === "apk" || (kind === "ipa" && build.buildType !== "app-store");
}
