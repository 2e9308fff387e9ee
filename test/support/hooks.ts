import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Failure } from "../../src/base/errors/millwright-error.ts";
import type { HookAnswer } from "../../src/protocol/push-api.ts";

export type Host = "github" | "gitlab" | "bitbucket-cloud" | "bitbucket-server" | "gitea";

export const HOSTS: readonly Host[] = ["github", "gitlab", "bitbucket-cloud", "bitbucket-server", "gitea"];

/** The payload of a push, as the host documents it. */
export function pushOf(host: Host): Record<string, unknown> {
  const file = new URL(`../fixtures/hooks/${host}-push.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

/** The headers that the host sends, with the right proof for these bytes. */
export function headersOf(
  host: Host,
  body: string,
  secret: string,
  { event, delivery = randomUUID() }: { event?: string; delivery?: string } = {},
): Record<string, string> {
  const hmac = createHmac("sha256", secret).update(body).digest("hex");
  const json = { "content-type": "application/json" };
  const github = {
    "x-github-event": event ?? "push",
    "x-github-delivery": delivery,
    "x-hub-signature-256": `sha256=${hmac}`,
  };
  switch (host) {
    case "github":
      return { ...json, ...github };
    case "gitea": // with the headers of others that Gitea sends too
      return {
        ...json,
        ...github,
        "x-gogs-event": event ?? "push",
        "x-gitea-event": event ?? "push",
        "x-gitea-signature": hmac,
        "x-gitea-delivery": delivery,
      };
    case "gitlab":
      return {
        ...json,
        "x-gitlab-event": event ?? "Push Hook",
        "x-gitlab-token": secret,
        "x-gitlab-event-uuid": randomUUID(),
        "idempotency-key": delivery,
      };
    case "bitbucket-cloud":
      return {
        ...json,
        "x-event-key": event ?? "repo:push",
        "x-request-uuid": delivery,
        "x-hub-signature": `sha256=${hmac}`,
      };
    case "bitbucket-server":
      return {
        ...json,
        "x-event-key": event ?? "repo:refs_changed",
        "x-request-id": delivery,
        "x-hub-signature": `sha256=${hmac}`,
      };
  }
}

export async function post(url: string, body: string, headers: Record<string, string>) {
  const response = await fetch(url, { method: "POST", body, headers });
  const answer = (await response.json()) as Partial<HookAnswer> & { error?: Failure };
  return { status: response.status, ...answer };
}
