import { formatSize } from "../../../base/units.ts";
import type { ProfileRequest } from "../../../protocol/api.ts";
import type { ProfileType } from "../../../protocol/build-types.ts";
import type { ChosenFile } from "../../client/read-file.ts";

/** A keystore and a p12 have some KiB, a provisioning profile with many devices some hundred. */
export const MOST_FILE_BYTES = 2 * 2 ** 20;
/** What fits into one request as base64. */
const MOST_TOGETHER = 5.5 * 2 ** 20;

/** A security profile as its form holds it. */
export interface ProfileDraft {
  name: string;
  type: ProfileType;
  android: boolean;
  keystore: ChosenFile | undefined;
  storePassword: string;
  alias: string;
  keyPassword: string;
  ios: boolean;
  p12: ChosenFile | undefined;
  p12Password: string;
  provisioning: ChosenFile[];
}

export const NEW_PROFILE: ProfileDraft = {
  name: "",
  type: "production",
  android: true,
  keystore: undefined,
  storePassword: "",
  alias: "",
  keyPassword: "",
  ios: false,
  p12: undefined,
  p12Password: "",
  provisioning: [],
};

/** The request for what was entered; undefined as long as something of it is missing. */
export function profileRequestOf(draft: ProfileDraft): ProfileRequest | undefined {
  const android = draft.android ? androidOf(draft) : undefined;
  const ios = draft.ios ? iosOf(draft) : undefined;
  const isWhole = (draft.android || draft.ios) && draft.android === (android !== undefined);
  if (!isWhole || draft.ios !== (ios !== undefined)) return undefined;
  return { type: draft.type, ...(android ? { android } : {}), ...(ios ? { ios } : {}) };
}

/** Why the chosen files can't be sent together. */
export function togetherFault({ android, keystore, ios, p12, provisioning }: ProfileDraft): string | undefined {
  const chosen = [...(android ? [keystore] : []), ...(ios ? [p12, ...provisioning] : [])];
  const sum = chosen.reduce((total, file) => total + (file?.size ?? 0), 0);
  if (sum <= MOST_TOGETHER) return undefined;
  return `The files have ${formatSize(sum)} together; at most ${formatSize(MOST_TOGETHER)} are taken.`;
}

/** The same file chosen again takes the place of the one before. */
export function withFiles(before: readonly ChosenFile[], chosen: readonly ChosenFile[]): ChosenFile[] {
  const names = new Set(chosen.map(({ fileName }) => fileName));
  return [...before.filter(({ fileName }) => !names.has(fileName)), ...chosen];
}

function androidOf({ keystore, storePassword, alias, keyPassword }: ProfileDraft): ProfileRequest["android"] {
  if (!keystore || storePassword === "" || alias.trim() === "") return undefined;
  const { fileName, base64: keystoreBase64 } = keystore;
  const own = keyPassword === "" ? {} : { keyPassword };
  return { fileName, keystoreBase64, storePassword, alias: alias.trim(), ...own };
}

function iosOf({ p12, p12Password: password, provisioning }: ProfileDraft): ProfileRequest["ios"] {
  if (!p12 || provisioning.length === 0) return undefined;
  const provisioningProfiles = provisioning.map(({ fileName, base64 }) => ({ fileName, base64 }));
  return { fileName: p12.fileName, p12Base64: p12.base64, password, provisioningProfiles };
}
