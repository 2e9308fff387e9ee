import type { HostileCase } from "../case.ts";
import { ASKING } from "./asking.ts";
import { LEAVING } from "./leaving.ts";
import { REACHING } from "./reaching.ts";
import { READING } from "./reading.ts";
import { RETURNING } from "./returning.ts";
import { TAKING } from "./taking.ts";
import { WRITING } from "./writing.ts";

/** The corpus. */
export const ALL: readonly HostileCase[] = [
  ...READING,
  ...LEAVING,
  ...WRITING,
  ...RETURNING,
  ...TAKING,
  ...ASKING,
  ...REACHING,
];
