import { basename } from "node:path";
import type { ProfileRequest } from "../../protocol/api.ts";
import { PROFILE_TYPES } from "../../protocol/build-types.ts";
import type { Session } from "../session.ts";
import { unknownWord, usageError } from "../usage.ts";
import { SecretInput } from "./secret-input.ts";

export interface ProfileOptions {
  type: string;
  keystore?: string;
  storePasswordFile?: string;
  alias?: string;
  keyPasswordFile?: string;
  p12?: string;
  p12PasswordFile?: string;
  provisioningProfile: string[];
  replace?: boolean;
}

/** The profile that the options describe, with the contents of their files. Throws USAGE, FILE_UNREADABLE. */
export async function profileRequest(
  session: Session,
  command: string,
  options: ProfileOptions,
): Promise<ProfileRequest> {
  const type = PROFILE_TYPES.find((each) => each === options.type);
  if (!type) throw unknownWord(command, "type", options.type, PROFILE_TYPES);
  checkTogether(command, options);
  const secrets = new SecretInput(session);
  const android = await androidPart(secrets, options);
  const ios = await iosPart(secrets, options);
  return { type, ...(android ? { android } : {}), ...(ios ? { ios } : {}) };
}

/** The options of a platform make sense only together, and one platform must be there. */
function checkTogether(command: string, options: ProfileOptions): void {
  const { keystore, storePasswordFile, alias, keyPasswordFile, p12, p12PasswordFile } = options;
  const [profiles] = options.provisioningProfile;
  const android = { "--keystore": keystore, "--store-password-file": storePasswordFile, "--alias": alias };
  const anyAndroid = keyPasswordFile ?? keystore ?? storePasswordFile ?? alias;
  const anyIos = p12PasswordFile ?? p12 ?? profiles;
  if (anyAndroid === undefined && anyIos === undefined) {
    const words = `${Object.keys(android).join(", ")} for android, --p12, --provisioning-profile for ios`;
    throw usageError(command, `A security profile needs signing material: ${words}, or both.`);
  }
  if (anyAndroid !== undefined) needAll(command, "android", android);
  if (anyIos !== undefined) needAll(command, "ios", { "--p12": p12 });
}

function needAll(command: string, platform: string, options: Record<string, unknown>): void {
  const missing = Object.keys(options).filter((name) => options[name] === undefined);
  if (missing.length > 0) throw usageError(command, `For ${platform} it also needs ${missing.join(" and ")}.`);
}

async function androidPart(secrets: SecretInput, options: ProfileOptions): Promise<ProfileRequest["android"]> {
  const { keystore, storePasswordFile, alias, keyPasswordFile } = options;
  if (keystore === undefined || storePasswordFile === undefined || alias === undefined) return undefined;
  const file = await readFile(secrets, "--keystore", keystore, "keystore");
  const storePassword = await secrets.text("--store-password-file", storePasswordFile);
  const keyPassword = keyPasswordFile && (await secrets.text("--key-password-file", keyPasswordFile));
  return {
    fileName: file.fileName,
    keystoreBase64: file.base64,
    storePassword,
    alias,
    ...(keyPassword ? { keyPassword } : {}),
  };
}

async function iosPart(secrets: SecretInput, options: ProfileOptions): Promise<ProfileRequest["ios"]> {
  const { p12, p12PasswordFile } = options;
  if (p12 === undefined) return undefined;
  const file = await readFile(secrets, "--p12", p12, "certificate.p12");
  const password = p12PasswordFile === undefined ? "" : await secrets.text("--p12-password-file", p12PasswordFile);
  const provisioningProfiles: { fileName: string; base64: string }[] = [];
  for (const name of options.provisioningProfile) {
    provisioningProfiles.push(await readFile(secrets, "--provisioning-profile", name, "app.mobileprovision"));
  }
  return { fileName: file.fileName, p12Base64: file.base64, password, provisioningProfiles };
}

async function readFile(secrets: SecretInput, option: string, file: string, nameOfStdin: string) {
  const bytes = await secrets.bytes(option, file);
  return { fileName: file === "-" ? nameOfStdin : basename(file), base64: bytes.toString("base64") };
}
