import { useId } from "preact/hooks";
import type { NamedSetting, ShownProfile } from "../../protocol/api.ts";
import type { App } from "../../protocol/app-api.ts";
import { whyNotAllowed } from "../../protocol/build-types.ts";
import type { TargetPlatforms } from "../../protocol/queue-api.ts";
import { queryOf } from "../client/api.ts";
import { useResource } from "../client/use-resource.ts";
import { Field } from "../controls/field.tsx";
import type { Asked } from "./request.ts";

interface SettingFieldsProps {
  app: App;
  asked: Asked;
  change: (part: Partial<Asked>) => void;
}

/** What the build is given: target platform, signing, environment, native config, and the name of its file. */
export function SettingFields({ app, asked, change }: SettingFieldsProps) {
  const packaged = asked.platform !== "web";
  return (
    <>
      <TargetPlatformField asked={asked} change={change} />
      {packaged && (
        <SettingField
          label="Security profile"
          list="profiles"
          app={app}
          name="securityProfile"
          {...{ asked, change }}
        />
      )}
      <SettingField label="Environment" list="environments" app={app} name="environment" {...{ asked, change }} />
      {packaged && (
        <SettingField
          label="Native config"
          list="native-configs"
          app={app}
          name="nativeConfig"
          {...{ asked, change }}
        />
      )}
      <Field label="File name" hint="Of the file that is made; without it, made of app, version and type.">
        <input
          value={asked.buildFileName}
          spellcheck={false}
          onInput={(event) => change({ buildFileName: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}

function TargetPlatformField({ asked, change }: Omit<SettingFieldsProps, "app">) {
  const list = useId();
  const names = useResource<TargetPlatforms>("/target-platforms").value?.targetPlatforms ?? [];
  return (
    <>
      <Field label="Target platform" hint="Without a choice, any agent that can build it.">
        <input
          value={asked.targetPlatform}
          list={list}
          autocomplete="off"
          onInput={(event) => change({ targetPlatform: event.currentTarget.value })}
        />
      </Field>
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

interface SettingFieldProps extends SettingFieldsProps {
  label: string;
  /** Its part of the API. */
  list: "profiles" | "environments" | "native-configs";
  name: "securityProfile" | "environment" | "nativeConfig";
}

function SettingField({ label, list, app, name, asked, change }: SettingFieldProps) {
  const items =
    useResource<{ items: NamedSetting[] }>(`/${list}${queryOf({ account: app.account })}`).value?.items ?? [];
  const fitting = list === "profiles" ? items.filter((item) => mayName(item, asked)) : items;
  const isAstray = asked[name] !== "" && fitting.every((item) => item.name !== asked[name]);
  return (
    <Field label={label}>
      <select value={asked[name]} onChange={(event) => change({ [name]: event.currentTarget.value })}>
        <option value="">None</option>
        {isAstray && <option value={asked[name]}>{asked[name]} (isn't there, or doesn't fit)</option>}
        {fitting.map((item) => (
          <option key={item.name} value={item.name}>
            {item.name}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Whether a profile can sign what is asked for. */
function mayName({ shown }: NamedSetting, { platform, buildType }: Asked): boolean {
  const profile = shown as unknown as ShownProfile;
  const holds = platform === "ios" ? profile.ios : platform === "android" ? profile.android : undefined;
  return holds !== undefined && whyNotAllowed(profile.type, platform, buildType) === undefined;
}
