import type { Selectable } from "kysely";
import { secretsInFile } from "../../base/redaction/file-secrets.ts";
import type { AuditKind } from "../../protocol/audit-api.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import type { MaterialName, MaterialReply, Materials } from "../../protocol/material.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { Store } from "../store/store.ts";
import type { SettingRow } from "../store/tables.ts";
import { fetchToken } from "./fetch-token.ts";
import { loginsInUrls } from "./git-credentials.ts";
import { settingPlace } from "./sealer.ts";

/** A material, and whose it is. */
export interface Opened {
  reply: MaterialReply;
  kind: AuditKind;
  name: string;
}

/**
 * Opens the sealed part of a job that is asked for; undefined when the build has none of that name, as one of an untrusted
 * commit has none but the login of its fetch, whatever its agent asks for. Throws SECRET_KEY_MISSING, SECRET_DAMAGED,
 * SPEC_SIGNATURE_STORE.
 */
export async function materialOf(
  services: Services,
  build: BuildWithApp,
  lease: LeaseRef,
  name: MaterialName,
): Promise<Opened | undefined> {
  const { store, sealer } = services;
  store.signatures.check("build", build, build.id); // it says whose secrets they are
  if (build.trust === "untrusted" && name !== "git") return undefined;
  switch (name) {
    case "git":
      return openGit(services, build, lease);
    case "environment": {
      const row = await sealedSetting(store, build.account_id, "environment", build.environment);
      return (
        row && { reply: environmentReply(sealer.open(row.sealed, placeOf(row))), kind: "environment", name: row.name }
      );
    }
    case "signing": {
      const row = await sealedSetting(store, build.account_id, "profile", build.security_profile);
      return row && { reply: signingReply(sealer.open(row.sealed, placeOf(row))), kind: "profile", name: row.name };
    }
    default:
      return undefined;
  }
}

async function openGit(services: Services, build: BuildWithApp, lease: LeaseRef): Promise<Opened | undefined> {
  const app = await services.store.apps.find(build.app_id);
  if (app?.own_remote === 1) {
    const password = fetchToken(services, app.id, lease);
    return { reply: { material: { username: "build", password }, mask: [password] }, kind: "app", name: app.name };
  }
  if (!app?.git_password) return undefined;
  const password = services.sealer.open<string>(app.git_password, { kind: "app", name: app.id });
  return {
    reply: { material: { username: app.git_username, password }, mask: [password] },
    kind: "app",
    name: app.name,
  };
}

/** Rows of older releases have no files. */
function environmentReply(sealed: Partial<Materials["environment"]>): MaterialReply<"environment"> {
  const { secrets = {}, files = {} } = sealed;
  const contents = Object.entries(files).map(([name, file]) => [name, Buffer.from(file.base64, "base64")] as const);
  const mask = [
    ...Object.values(secrets),
    ...contents.flatMap(([, bytes]) => secretsInFile(bytes)),
    ...loginsInUrls(secrets["GIT_CREDENTIALS"] ?? ""),
    ...contents.flatMap(([name, bytes]) => (name === "GIT_CREDENTIALS" ? loginsInUrls(bytes.toString()) : [])),
  ];
  return { material: { secrets, files }, mask: maskable(mask) };
}

function signingReply(material: Materials["signing"]): MaterialReply<"signing"> {
  const { android, ios } = material;
  const passwords = [android?.storePassword, android?.keyPassword, ios?.password];
  return { material, mask: maskable(passwords.map((password) => password ?? "")) };
}

function placeOf({ account_id: account, kind, name }: Selectable<SettingRow>) {
  return settingPlace(account, kind, name);
}

/** Each once; the password of a PKCS12 file may be empty. */
function maskable(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== "");
}

async function sealedSetting(
  store: Store,
  account: string,
  kind: "environment" | "profile",
  name: string | null,
): Promise<(Selectable<SettingRow> & { sealed: Uint8Array }) | undefined> {
  const row = name === null ? undefined : await store.settings.find(account, kind, name);
  return row?.sealed ? { ...row, sealed: row.sealed } : undefined;
}
