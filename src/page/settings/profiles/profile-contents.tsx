import type { ShownCertificate, ShownProfile, ShownProvisioningProfile } from "../../../protocol/api.ts";
import { Facts } from "../part/facts.tsx";
import { Until } from "./until.tsx";
import "./profiles.css";

/** What a security profile holds, as far as it may be shown. */
export function ProfileContents({ shown, showType = false }: { shown: ShownProfile; showType?: boolean }) {
  const { type, android, ios, warnings = [] } = shown;
  return (
    <div class="profile-contents">
      {showType && (
        <p class="profile-type">
          For <strong>{type}</strong>
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="notice">
          {warning}
        </p>
      ))}
      {android && <Keystore android={android} />}
      {ios && <Apple ios={ios} />}
    </div>
  );
}

function Keystore({ android }: { android: NonNullable<ShownProfile["android"]> }) {
  const { fileName, format, alias, certificate } = android;
  return (
    <div>
      <p class="profile-part">Android keystore</p>
      <Facts
        facts={[
          ["File", `${fileName}${format ? ` (${format})` : ""}`],
          ["Alias", alias],
          ...(certificate ? certificateFacts(certificate) : []),
        ]}
      />
    </div>
  );
}

function Apple({ ios }: { ios: NonNullable<ShownProfile["ios"]> }) {
  return (
    <div>
      <p class="profile-part">iOS certificate: {ios.fileName}</p>
      {ios.identities.map((identity) => (
        <Facts key={identity.sha1} facts={certificateFacts(identity)} />
      ))}
      {ios.provisioningProfiles.map((profile) => (
        <Provisioning key={profile.uuid} profile={profile} />
      ))}
    </div>
  );
}

function Provisioning({ profile }: { profile: ShownProvisioningProfile }) {
  const { name, fileName, type, bundleId, teamId, devices, validTo } = profile;
  return (
    <>
      <p class="profile-part">Provisioning profile: {name}</p>
      <Facts
        facts={[
          ["For", type],
          ["Bundle id", <code key="id">{bundleId}</code>],
          ["Team", teamId],
          ["Devices", devices === 0 ? "" : `${devices}`],
          ["File", fileName],
          ["Validity", <Until key="until" validTo={validTo} />],
        ]}
      />
    </>
  );
}

function certificateFacts({ subject, key, sha256, validTo }: ShownCertificate) {
  return [
    ["Subject", subject],
    ["Key", key],
    ["SHA-256", <code key="sha">{sha256}</code>],
    ["Validity", <Until key="until" validTo={validTo} />],
  ] as const;
}
