import { readLikeGitHub } from "./github.ts";
import { header, type Provider } from "./provider.ts";
import { isHmacOf } from "./signatures.ts";

/** Webhooks of Gitea and Forgejo. They carry GitHub's headers too, so they must be asked first. */
export const GITEA: Provider = {
  name: "Gitea",
  sends: (headers) => eventOf(headers) !== undefined,
  proof: (headers) => header(headers, "x-forgejo-signature") ?? header(headers, "x-gitea-signature"),
  verify: isHmacOf,
  delivery: (headers) => header(headers, "x-forgejo-delivery") ?? header(headers, "x-gitea-delivery"),
  read: (headers, payload) => readLikeGitHub(eventOf(headers) ?? "", payload),
};

function eventOf(headers: Parameters<Provider["sends"]>[0]): string | undefined {
  return header(headers, "x-forgejo-event") ?? header(headers, "x-gitea-event");
}
