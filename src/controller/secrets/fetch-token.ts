import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { directiveFor } from "../queue/reconcile.ts";
import type { Services } from "../services.ts";

/** Long enough for the fetch of a large repository to be tried again. */
const FETCH_TOKEN_MS = 3_600_000;

/** What the token of a build's fetch step says: good for reading the repository of one app while the lease holds. */
interface FetchClaims {
  use: "git";
  app: string;
  lease: string;
  fence: number;
  exp: number;
}

/** A token with which a build fetches from the controller's own remote of its app, and that opens nothing else. */
export function fetchToken({ signer, clock }: Services, appId: string, { leaseId, fence }: LeaseRef): string {
  const claims: FetchClaims = { use: "git", app: appId, lease: leaseId, fence, exp: clock.now() + FETCH_TOKEN_MS };
  return signer.sign(claims);
}

/** The app whose repository this token may read now; undefined for every other text, and once the lease has ended. */
export async function appOfFetchToken(services: Services, token: string): Promise<string | undefined> {
  const claims = services.signer.verify<FetchClaims>(token, services.clock.now());
  if (claims?.use !== "git") return undefined;
  const known = await services.store.leases.view(claims.lease);
  return directiveFor(claims, known).action === "continue" ? claims.app : undefined;
}
