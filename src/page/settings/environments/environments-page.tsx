import { Facts } from "../part/facts.tsx";
import { SettingsList } from "../part/settings-list.tsx";
import { Variables } from "../part/variables.tsx";
import { type ShownEnvironment, shownOf } from "./environment-draft.ts";

/** Variables and secrets of builds. */
export function EnvironmentsPage() {
  return (
    <SettingsList
      title="Environments"
      kind="environment"
      about="Variables, secrets and files that builds get when they name the environment."
      first={
        "An environment holds what your build scripts read from variables: addresses of servers, keys of services, " +
        "files such as google-services.json. Make one for each stage, such as Staging and Production."
      }
      path="/environments"
      change="Change"
      removal="Builds that name it are refused from then on. Its secrets can't be got back from here."
    >
      {(item) => <Contents shown={shownOf(item)} />}
    </SettingsList>
  );
}

function Contents({ shown: { variables, secretNames, fileNames } }: { shown: ShownEnvironment }) {
  return (
    <Facts
      facts={[
        ["Variables", Object.keys(variables).length === 0 ? "none" : <Variables values={variables} />],
        ["Secrets", secretNames.length === 0 ? "none" : <Names names={secretNames} />],
        ["Files", fileNames.length === 0 ? "none" : <Names names={fileNames} />],
      ]}
    />
  );
}

function Names({ names }: { names: string[] }) {
  return (
    <ul class="chips">
      {names.map((name) => (
        <li key={name} class="chip">
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}
