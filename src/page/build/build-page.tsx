import { useRoute } from "preact-iso";
import type { BuildDetails } from "../../protocol/api.ts";
import { whatIsBuilt } from "../builds/words.ts";
import { FailureBox, Told } from "../controls/failure-box.tsx";
import { StatusBadge } from "../controls/status-badge.tsx";
import { NotFound } from "../frame/not-found.tsx";
import { useTitle } from "../frame/title.ts";
import { LogView } from "../log/log-view.tsx";
import { Actions } from "./actions.tsx";
import { Artifacts } from "./artifacts.tsx";
import { Facts } from "./facts.tsx";
import { Steps } from "./steps.tsx";
import { hasEnded, useBuild } from "./use-build.ts";
import "./build.css";

/** One build: what came of it, its steps, files and log. */
export function BuildPage() {
  const { id = "" } = useRoute().params;
  const { build, failure, status, live } = useBuild(id);
  useTitle(build ? `#${build.id} ${build.status}` : `Build ${id}`);
  if (status === 404) return <NotFound what="build" />;
  if (!build) return <FailureBox failure={failure} />;
  return (
    <article class="build">
      <Head build={build} live={live} />
      <FailureBox failure={failure} />
      {build.notice && <p class="notice">{build.notice}</p>}
      {build.failure && <Diagnosis build={build} />}
      {build.waitingFor && <p class="notice">{build.waitingFor}</p>}
      <div class="build-columns">
        <div class="build-side">
          <Steps steps={build.steps} />
          <Artifacts build={build} />
          <Facts build={build} />
        </div>
        <LogView key={build.id} build={build} />
      </div>
    </article>
  );
}

function Head({ build, live }: { build: BuildDetails; live: boolean }) {
  return (
    <div class="row spread build-head">
      <div>
        <h1>
          <span class="number">#{build.id}</span> {build.app.name}
        </h1>
        <p class="build-what">
          <span aria-live="polite">
            <StatusBadge status={build.status} />
          </span>{" "}
          {whatIsBuilt(build)}
          {build.cancelRequested && !hasEnded(build) && " · being canceled"}
          {!live && !hasEnded(build) && <span class="quiet"> · not live: trying to reach the controller</span>}
        </p>
      </div>
      <Actions build={build} />
    </div>
  );
}

function Diagnosis({ build }: { build: BuildDetails }) {
  if (!build.failure) return null;
  if (build.status === "canceled") return <p class="notice">{build.failure.what}</p>;
  return (
    <section class="build-diagnosis" aria-label="Why it failed">
      <Told failure={build.failure} />
    </section>
  );
}
