import type { NativeConfigRequest } from "../../../protocol/api.ts";
import { Facts } from "../part/facts.tsx";
import { SettingsList } from "../part/settings-list.tsx";
import { Variables } from "../part/variables.tsx";

/** What builds change of an app's own configuration. */
export function NativeConfigsPage() {
  return (
    <SettingsList
      title="Native configs"
      kind="native config"
      about="What builds change of config.xml and of plugins' variables when they name the config."
      first={
        "With native configs one code becomes several apps: another name, another bundle id, other preferences, such " +
        "as for a beta beside the real app."
      }
      path="/native-configs"
      change="Change"
      removal="Builds that name it are refused from then on."
    >
      {({ shown }) => <Contents shown={shown as NativeConfigRequest} />}
    </SettingsList>
  );
}

function Contents({ shown }: { shown: NativeConfigRequest }) {
  const { appName, bundleId, version, buildNumber, preferences = {}, pluginVariables = {} } = shown;
  const plugins = Object.entries(pluginVariables);
  return (
    <Facts
      facts={[
        ["App name", appName],
        ["Bundle id", bundleId && <code>{bundleId}</code>],
        ["Version", version],
        ["Build number", buildNumber],
        ["Preferences", Object.keys(preferences).length > 0 && <Variables values={preferences} />],
        ...plugins.map(([plugin, values]) => [plugin, <Variables key={plugin} values={values} />] as const),
      ]}
    />
  );
}
