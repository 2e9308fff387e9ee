import type { NamedSetting, ShownCertificate, ShownProfile } from "../../protocol/api.ts";
import type { Output } from "../terminal/output.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";

/** What was found in a profile, as a list of checks. */
export function checkLines(shown: Partial<ShownProfile>, style: Style): string[] {
  const good = (text: string) => `${style.sign("good")} ${harmless(text)}`;
  const more = (text: string) => style.tone("quiet", `  ${harmless(text)}`);
  const certificate = (word: string, { subject, key, validTo, sha256 }: ShownCertificate) => [
    good(`${word} ${subject}, ${key}, valid until ${day(validTo)}`),
    more(`SHA-256 ${grouped(sha256)}`),
  ];
  const { android, ios, warnings = [] } = shown;
  return [
    ...(android?.certificate
      ? [
          good(`keystore ${android.fileName} opens${android.format ? ` (${android.format.toUpperCase()})` : ""}`),
          good(`alias ${android.alias}`),
          good("key password"),
          ...certificate("certificate", android.certificate),
        ]
      : []),
    ...(ios && ios.identities.length > 0 ? [good(`p12 ${ios.fileName} opens`)] : []),
    ...(ios?.identities ?? []).flatMap((identity) => certificate("identity", identity)),
    ...(ios?.provisioningProfiles ?? []).flatMap((profile) => [
      good(`provisioning profile ${profile.name}: ${profile.type}, valid until ${day(profile.validTo)}`),
      more(`${profile.bundleId}, team ${profile.teamId}, ${profile.uuid}`),
    ]),
    ...warnings.map((warning) => `${style.sign("warn")} ${harmless(warning)}`),
  ];
}

/** A table of profiles, and their warnings below. */
export function profileLines(items: readonly NamedSetting[], output: Output): string[] {
  const { style } = output;
  const shownOf = (item: NamedSetting) => item.shown as Partial<ShownProfile>;
  const warningsOf = (item: NamedSetting) => shownOf(item).warnings ?? [];
  const mark = style.kind.unicode ? "⚠" : "!";
  const columns: Column<NamedSetting>[] = [
    { title: "NAME", cell: (item) => item.name },
    { title: "TYPE", cell: (item) => shownOf(item).type ?? "" },
    { title: "PLATFORMS", cell: (item) => ["android", "ios"].filter((name) => name in item.shown).join(", ") },
    { title: "CERTIFICATE", cell: (item) => certificatesOf(shownOf(item)).map(nameOf).join("; ") },
    {
      title: "EXPIRES",
      cell: (item) => `${firstEnd(shownOf(item))}${warningsOf(item).length > 0 ? ` ${mark}` : ""}`.trim(),
      paint: (text, item) => (warningsOf(item).length > 0 ? style.tone("warn", text) : text),
    },
    { title: "UPDATED", cell: (item) => item.updatedAt.slice(0, 16).replace("T", " ") },
  ];
  const warnings = items.flatMap((item) =>
    warningsOf(item).map((warning) => `${style.sign("warn")} ${harmless(`${item.name}: ${warning}`)}`),
  );
  return [...tableLines(items, columns, style), ...warnings];
}

function certificatesOf({ android, ios }: Partial<ShownProfile>): ShownCertificate[] {
  return [...(android?.certificate ? [android.certificate] : []), ...(ios?.identities ?? [])];
}

/** The first day on which something of it can't be used any more. */
function firstEnd(shown: Partial<ShownProfile>): string {
  const ends = [...certificatesOf(shown), ...(shown.ios?.provisioningProfiles ?? [])].map((each) => each.validTo);
  const [first] = ends.sort();
  return first === undefined ? "" : day(first);
}

function nameOf({ subject }: ShownCertificate): string {
  return /(?:^|, )CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1] ?? subject;
}

/** As keytool and Google Play print it. */
function grouped(hex: string): string {
  return hex.toUpperCase().match(/../g)?.join(":") ?? "";
}

function day(time: string): string {
  return time.slice(0, 10);
}
