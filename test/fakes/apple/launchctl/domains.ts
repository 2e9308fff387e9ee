import { Refusal } from "../machine/tool.ts";
import type { Launchd, Service } from "./launchd.ts";

/** `system`, `gui/501`, `user/501`. */
export interface Domain {
  name: string;
  kind: "system" | "gui" | "user";
  uid: number;
}

/** A domain, with the label of a service behind it where one was named. */
export interface Target {
  domain: Domain;
  label: string | undefined;
}

export const NO_DOMAIN = 112;
export const NO_SERVICE = 113;

/** Reads `system/LABEL`, `gui/UID`, `gui/UID/LABEL` … */
export function readTarget(text: string): Target {
  const [kind = "", ...rest] = text.split("/");
  if (kind === "system") return { domain: { name: "system", kind, uid: 0 }, label: rest[0] };
  const [uid = "", label] = rest;
  if ((kind !== "gui" && kind !== "user") || !/^\d+$/.test(uid)) {
    throw new Refusal(64, "Unrecognized target specifier.");
  }
  return { domain: { name: `${kind}/${uid}`, kind, uid: Number(uid) }, label };
}

/** Domains of a screen are there only while someone is logged in at it. */
export function exists({ kind, uid }: Domain, { guiSessions }: Launchd): boolean {
  return kind !== "gui" || guiSessions.includes(uid);
}

export function checkDomain(domain: Domain, launchd: Launchd): void {
  if (!exists(domain, launchd)) {
    throw new Refusal(NO_DOMAIN, `Bad request.\nCould not find domain for ${described(domain)}`);
  }
}

/** The service of a target, with the name by which it is kept. */
export function serviceOf({ domain, label }: Target, launchd: Launchd): [string, Service] {
  checkDomain(domain, launchd);
  const name = `${domain.name}/${label ?? ""}`;
  const service = launchd.services[name];
  if (service) return [name, service];
  throw new Refusal(
    NO_SERVICE,
    `Bad request.\nCould not find service "${label ?? ""}" in domain for ${described(domain)}`,
  );
}

/** Only root changes what isn't the caller's own. */
export function checkPrivilege(domain: Domain, uid: number, failed: string): void {
  if (uid === 0 || (domain.kind !== "system" && domain.uid === uid)) return;
  throw new Refusal(1, `${failed}: 1: Operation not permitted`);
}

function described({ kind, uid }: Domain): string {
  return kind === "system" ? "system" : `user ${kind === "gui" ? "gui" : "domain"}: ${uid}`;
}
