import { z } from "zod";

/** A field that an answer may lack; it is never sent as null instead. */
export const maybe = <S extends z.ZodType>(schema: S) => z.exactOptional(schema);

/** A time in UTC, as ISO 8601. */
export const time = z.iso.datetime();
