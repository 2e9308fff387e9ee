import { Ago } from "../../controls/moments.tsx";
import { now } from "../../controls/now.ts";
import { expiryOf } from "./expiry.ts";

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const CLASSES = { valid: "", near: "warn", over: "bad" };

/** Until when something is valid, and whether that is soon or past. */
export function Until({ validTo }: { validTo: string }) {
  const expiry = expiryOf(validTo, now.value);
  const date = DAY.format(new Date(validTo));
  return (
    <span class={CLASSES[expiry]}>
      {expiry !== "valid" && <span aria-hidden="true">⚠ </span>}
      {expiry === "over" ? `expired on ${date}` : `valid until ${date}`} (<Ago at={validTo} />)
    </span>
  );
}
