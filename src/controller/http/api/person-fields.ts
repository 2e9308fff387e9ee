import { z } from "zod";
import { line } from "../validate.ts";

const LEAST_PASSWORD = 10;
const MOST_PASSWORD = 1000;

/** Upper and lower case are the same. */
export const email = line(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[^\s@/?#%]+@[^\s@/?#%]+$/, "expected an e-mail address"));

/** As somebody types it to log in: what is too long or too short for a new one is just wrong. */
export const password = z.string().max(MOST_PASSWORD, `expected at most ${MOST_PASSWORD} characters`);

export const newPassword = password.min(LEAST_PASSWORD, `expected at least ${LEAST_PASSWORD} characters`);
