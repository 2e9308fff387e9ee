import { z } from "zod";
import { line } from "../validate.ts";

/** Unset options are sent as null, as an empty text, or not at all. */
export const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === null || value === "" ? undefined : value), schema.optional());

/** The name of a profile, an environment, a native config, a target platform. */
export const name = line(200);

/** A commit as git may be asked for it: no option, no revision with an operator. */
export const commit = line(250).regex(
  /^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/,
  "expected a commit: its 40 digits, or a branch or tag that was pushed",
);

/** A number of ours, also as text. */
export const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const APP_PARAMS = z.object({ app: z.string().min(1).max(200) });

export const BUILD_PARAMS = z.object({
  app: z.string().min(1).max(200),
  build: z.string().max(100),
});

export const PAGE_QUERY = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  page_size: z.coerce.number().int().min(1).max(100).default(25),
});
