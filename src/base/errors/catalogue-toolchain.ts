import { entries } from "./entry.ts";

/** What the host lacks for one app: found before anything is installed. */
export const TOOLCHAIN_ERRORS = entries({});
