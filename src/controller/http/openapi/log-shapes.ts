import { z } from "zod";
import type { LogMatches, LogOutline } from "../../../protocol/page-api.ts";
import { maybe } from "./fields.ts";

const whole = z.int();

export const LOG_OUTLINE = z.strictObject({
  length: whole,
  lines: whole,
  every: whole,
  marks: z.array(whole),
  steps: z.array(z.strictObject({ title: z.string(), line: whole })),
  firstError: maybe(whole),
}) satisfies z.ZodType<LogOutline>;

export const LOG_MATCHES = z.strictObject({
  matches: z.array(z.strictObject({ line: whole, at: whole })),
  next: maybe(whole),
}) satisfies z.ZodType<LogMatches>;
