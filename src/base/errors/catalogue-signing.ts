import { entries } from "./entry.ts";

/** What can be wrong with keystores, certificates, passwords and provisioning profiles. */
export const SIGNING_ERRORS = entries({});
