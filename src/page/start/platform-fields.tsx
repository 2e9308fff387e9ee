import { BUILD_TYPES, PACKAGE_TYPES, type PackageType } from "../../protocol/build-types.ts";
import { Field } from "../controls/field.tsx";
import { type Asked, ofPlatform } from "./request.ts";

interface PlatformFieldsProps {
  asked: Asked;
  change: (part: Partial<Asked>) => void;
}

/** What is built: platform, type, and for Android which file. */
export function PlatformFields({ asked, change }: PlatformFieldsProps) {
  const { platform } = asked;
  return (
    <>
      <Field label="Platform">
        <select
          value={platform}
          onChange={(event) => change(ofPlatform(event.currentTarget.value as Asked["platform"]))}
        >
          <option value="android">Android</option>
          <option value="ios">iOS</option>
          <option value="web">Web (deploy build)</option>
        </select>
      </Field>
      {platform !== "web" && (
        <Field label="Build type">
          <select value={asked.buildType} onChange={(event) => change({ buildType: event.currentTarget.value })}>
            {BUILD_TYPES[platform].map((type) => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
          </select>
        </Field>
      )}
      {platform === "android" && (
        <Field label="Package" hint="Without a choice, what the build type makes.">
          <select
            value={asked.packageType}
            onChange={(event) => change({ packageType: event.currentTarget.value as PackageType | "" })}
          >
            <option value="">Not chosen</option>
            {PACKAGE_TYPES.map((type) => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  );
}
