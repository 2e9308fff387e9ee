import type { Failure } from "../../base/errors/millwright-error.ts";
import "./failure-box.css";

const BLAMED = {
  user: "",
  host: "The build host's fault",
  controller: "The controller's fault",
  bug: "A bug of Millwright",
};

/** What went wrong, why, and what to do next; nothing when nothing did. Read aloud when it appears. */
export function FailureBox({ failure }: { failure: Failure | undefined }) {
  return <div role="alert">{failure && <Told failure={failure} />}</div>;
}

/** The same for what isn't news. */
export function Told({ failure }: { failure: Failure }) {
  const blamed = BLAMED[failure.blame];
  return (
    <div class="failure">
      <p class="failure-what">{failure.what}</p>
      {failure.why && <p>{failure.why}</p>}
      {failure.next && (
        <p class="failure-next">
          <strong>What to do: </strong>
          {failure.next}
        </p>
      )}
      {failure.detail && <pre class="failure-detail">{failure.detail}</pre>}
      <p class="failure-code">
        <code>{failure.code}</code>
        {blamed && ` · ${blamed}`}
        {failure.link && (
          <>
            {" · "}
            <a href={failure.link} rel="noreferrer noopener" target="_blank">
              More about it
            </a>
          </>
        )}
      </p>
    </div>
  );
}
