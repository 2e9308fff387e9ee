import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Build } from "../../protocol/api.ts";
import type { App } from "../../protocol/app-api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { Field } from "../controls/field.tsx";
import { say } from "../frame/notices.tsx";
import { CommitField } from "./commit-field.tsx";
import { PlatformFields } from "./platform-fields.tsx";
import { type Asked, EMPTY, requestOf } from "./request.ts";
import { SettingFields } from "./setting-fields.tsx";
import "./start.css";

interface StartFormProps {
  app: App;
  apps: readonly App[];
  onApp: (id: string) => void;
}

/** The form of a package or deploy build, with what exists to choose from. Nothing typed is lost when it is refused. */
export function StartForm({ app, apps, onApp }: StartFormProps) {
  const { route } = useLocation();
  const [asked, setAsked] = useState<Asked>(EMPTY);
  const change = (part: Partial<Asked>) => setAsked((before) => ({ ...before, ...part }));
  const start = useAction(async () => {
    const build = await call<Build>("POST", `/apps/${app.id}/builds`, requestOf(asked));
    say(`Build ${build.id} was asked for.`);
    route(`/builds/${build.id}`);
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void start.run();
  };
  return (
    <form class="block start" onSubmit={submit}>
      <div class="grid-form">
        <Field label="App">
          <select value={app.id} onChange={(event) => onApp(event.currentTarget.value)}>
            {apps.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <CommitField app={app} commit={asked.commit} onCommit={(commit) => change({ commit })} />
        <PlatformFields asked={asked} change={change} />
        <SettingFields app={app} asked={asked} change={change} />
      </div>
      <FailureBox failure={start.failure} />
      <div class="dialog-actions">
        <button type="submit" class="primary" disabled={start.running}>
          {start.running ? "Asking…" : "Start the build"}
        </button>
      </div>
    </form>
  );
}
