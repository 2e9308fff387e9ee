import { openP12, type P12Input } from "./open-p12.ts";
import type { AppleIdentity } from "./signing-certificate.ts";

/** The certificates of a p12 whose private keys are in it too. */
export interface P12Facts {
  identities: AppleIdentity[];
}

/** What an Apple p12 holds, without its keys; certificates of authorities are left out. Throws as `openP12` does. */
export function readP12(profile: string, input: P12Input): P12Facts {
  return { identities: openP12(profile, input).identities.map(({ facts }) => facts) };
}
