import { basename } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { NamedSetting, ProfileRequest } from "../../protocol/api.ts";
import type { Session } from "../session.ts";
import { unknownWord } from "../usage.ts";
import { putSetting } from "./named-settings.ts";
import { SecretInput } from "./secret-input.ts";

export interface ProfileOptions {
  type: string;
  keystore: string;
  storePasswordFile: string;
  alias: string;
  keyPasswordFile?: string;
  replace?: boolean;
}

const TYPES: readonly string[] = ["production", "development"];

/** `millwright profiles add`. Throws NAME_TAKEN unless `--replace` is given. */
export async function addProfile(
  session: Session,
  command: string,
  name: string,
  options: ProfileOptions,
): Promise<number> {
  const request = await profileRequest(session, command, options);
  if (!options.replace) {
    const { items } = await (await session.connect()).get<{ items: NamedSetting[] }>("/profiles");
    if (items.some((item) => item.name === name)) {
      throw errorOf("NAME_TAKEN", { kind: "a security profile", name }, { detail: "--replace replaces it." });
    }
  }
  return putSetting(session, "profiles", name, request);
}

async function profileRequest(session: Session, command: string, options: ProfileOptions): Promise<ProfileRequest> {
  if (!TYPES.includes(options.type)) throw unknownWord(command, "type", options.type, TYPES);
  const secrets = new SecretInput(session);
  const keystore = await secrets.bytes("--keystore", options.keystore);
  if (keystore.length === 0) throw errorOf("FILE_UNREADABLE", { file: options.keystore, reason: "It is empty." });
  const storePassword = await secrets.text("--store-password-file", options.storePasswordFile);
  const keyPassword = options.keyPasswordFile && (await secrets.text("--key-password-file", options.keyPasswordFile));
  return {
    type: options.type === "production" ? "production" : "development",
    android: {
      fileName: options.keystore === "-" ? "keystore" : basename(options.keystore),
      keystoreBase64: keystore.toString("base64"),
      storePassword,
      alias: options.alias,
      ...(keyPassword ? { keyPassword } : {}),
    },
  };
}
