import { z } from "zod";
import type { Maintenance, MaintenanceWindow } from "../../../protocol/maintenance-api.ts";
import { maybe, time } from "./fields.ts";

const text = z.string();

/** A window that is open, as agents show it. */
export const MAINTENANCE = z.strictObject({
  id: text,
  from: time,
  until: time,
  untilInWords: text,
  reason: text,
  by: text,
}) satisfies z.ZodType<Maintenance>;

export const MAINTENANCE_WINDOW = z.strictObject({
  id: text,
  agent: maybe(text),
  weekly: maybe(text),
  timeZone: text,
  reason: text,
  by: text,
  at: time,
  from: time,
  until: time,
  open: z.boolean(),
}) satisfies z.ZodType<MaintenanceWindow>;
