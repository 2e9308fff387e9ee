import type { App } from "../../../protocol/app-api.ts";
import { CopiedLine } from "../../controls/secret-once.tsx";
import { mayDo } from "../../session/session.ts";

/** The address of an app's repository, and how to push to it where it is the controller's own. */
export function AppRemote({ app }: { app: App }) {
  return (
    <section class="block">
      <h2>Repository</h2>
      <CopiedLine text={app.gitUrl} />
      {app.ownRemote && mayDo("build", app.account) && (
        <>
          <p>
            Push to it from your project. Git asks for a login: your e-mail with your password, or with{" "}
            <a href="/settings/tokens">a token</a>.
          </p>
          <CopiedLine text={`git remote add millwright ${app.gitUrl}`} />
          <CopiedLine text="git push millwright HEAD" />
        </>
      )}
    </section>
  );
}
