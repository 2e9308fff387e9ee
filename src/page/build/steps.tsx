import type { BuildStep } from "../../protocol/api.ts";
import { Lasting } from "../controls/moments.tsx";
import { STEP_SIGNS, STEP_WORDS } from "../controls/step-state.ts";

/** The steps so far, each with how long it took. */
export function Steps({ steps }: { steps: readonly BuildStep[] }) {
  return (
    <section class="block" aria-label="Steps">
      <h2>Steps</h2>
      {steps.length === 0 && <p class="quiet">None has begun yet.</p>}
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.id} class={`step step-${step.state}`}>
            <span class="step-sign" aria-hidden="true">
              {STEP_SIGNS[step.state]}
            </span>
            <span class="step-title">
              {step.title}
              <span class="only-heard">: {STEP_WORDS[step.state]}</span>
              {step.detail && <span class="step-detail">{step.detail}</span>}
            </span>
            {step.state !== "skipped" && <Lasting from={step.startedAt} to={step.finishedAt} />}
          </li>
        ))}
      </ol>
    </section>
  );
}
