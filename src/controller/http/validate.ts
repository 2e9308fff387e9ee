import { z } from "zod";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** The value in the shape of the schema. Throws REQUEST_INVALID that names every wrong field and what was expected. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const reason = result.error.issues
    .map((issue) => (issue.path.length ? `${issue.path.join(".")}: ${issue.message}` : issue.message))
    .join("; ");
  throw errorOf("REQUEST_INVALID", { reason });
}

/** A text of one line without control characters. */
export const line = (most: number) => optionalLine(most).min(1, "expected a text");

/** As `line`, and may be empty. */
export const optionalLine = (most: number) =>
  z
    .string()
    .max(most, `expected at most ${most} characters`)
    .refine((text) => !hasControlCharacter(text), "expected no control characters");

function hasControlCharacter(text: string): boolean {
  return [...text].some((char) => char < " " || char === "\u007f");
}
