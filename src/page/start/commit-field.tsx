import { useId } from "preact/hooks";
import type { App } from "../../protocol/app-api.ts";
import type { Push } from "../../protocol/push-api.ts";
import { useResource } from "../client/use-resource.ts";
import { Field } from "../controls/field.tsx";
import { knownCommits } from "./known-commits.ts";

interface CommitFieldProps {
  app: App;
  commit: string;
  onCommit: (commit: string) => void;
}

/** The commit, with the pushes that are known to choose from. */
export function CommitField({ app, commit, onCommit }: CommitFieldProps) {
  const list = useId();
  const pushes = useResource<{ pushes: Push[] }>(`/apps/${app.id}/pushes?limit=100`).value?.pushes ?? [];
  const known = knownCommits(pushes);
  const chosen = known.find(({ value }) => value === commit);
  return (
    <>
      <Field label="Commit" hint={chosen?.note || "A branch, a tag or the digits of a commit."}>
        <input
          value={commit}
          list={list}
          required
          spellcheck={false}
          autocomplete="off"
          placeholder="main"
          onInput={(event) => onCommit(event.currentTarget.value)}
        />
      </Field>
      <datalist id={list}>
        {known.map(({ value, note }) => (
          <option key={value} value={value}>
            {note}
          </option>
        ))}
      </datalist>
    </>
  );
}
