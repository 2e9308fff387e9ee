import { useState } from "preact/hooks";
import type { App } from "../../../protocol/app-api.ts";
import type { PushSecret } from "../../../protocol/push-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { FailureBox } from "../../controls/failure-box.tsx";
import { CopiedLine, SecretOnce } from "../../controls/secret-once.tsx";

interface PushHookProps {
  app: App;
  /** A new secret holds from now on. */
  onMade: () => void;
}

/** How the git host tells of pushes. An own remote needs no telling. */
export function PushHook({ app, onMade }: PushHookProps) {
  const [made, setMade] = useState<PushSecret>();
  const making = useAction(async () => setMade(await call<PushSecret>("POST", `/apps/${app.id}/push-secret`)));
  if (app.ownRemote) return null;
  const close = () => {
    setMade(undefined);
    onMade();
  };
  return (
    <section class="block">
      <h2>Webhook of the git host</h2>
      <p>
        {app.hasPushSecret
          ? "Give this address and the secret to the repository's webhooks (content type application/json, push events)."
          : "So that pushes start builds, make a secret and give it with this address to the repository's webhooks."}
      </p>
      <CopiedLine text={app.hookUrl} />
      <FailureBox failure={making.failure} />
      <p>
        <button type="button" disabled={making.running} onClick={() => making.run()}>
          {app.hasPushSecret ? "Make a new secret" : "Make the secret"}
        </button>{" "}
        {app.hasPushSecret && <span class="quiet">The one before holds no longer then.</span>}
      </p>
      {made && (
        <SecretOnce title="The secret for the webhook" secret={made.secret} onClose={close}>
          <p>Enter it at your git host as the webhook's secret or token, with this address:</p>
          <CopiedLine text={made.url} />
        </SecretOnce>
      )}
    </section>
  );
}
