import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { Unreadable } from "../unreadable.ts";

const NOT_TOLD_APART = "The keystore doesn't open with it. A file that was damaged looks the same.";

/** The error for people from whatever reading a keystore threw. `hint` is asked only about a wrong password of the store. */
export function keystoreError(profile: string, file: string, thrown: unknown, hint: () => string): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown;
  const values = { profile, file };
  const cause = thrown;
  if (!(thrown instanceof Unreadable)) {
    return errorOf("KEYSTORE_DAMAGED", { ...values, reason: "Its content contradicts its format." }, { cause });
  }
  const reason = thrown.message;
  switch (thrown.trouble) {
    case "password":
      return errorOf("KEYSTORE_PASSWORD_WRONG", { ...values, reason: hint() || NOT_TOLD_APART }, { cause });
    case "truncated":
      return errorOf("KEYSTORE_TRUNCATED", { ...values, reason }, { cause });
    case "algorithm":
      return errorOf("KEYSTORE_ALGORITHM_UNSUPPORTED", { ...values, reason }, { cause });
    case "damaged":
      return errorOf("KEYSTORE_DAMAGED", { ...values, reason }, { cause });
  }
}
