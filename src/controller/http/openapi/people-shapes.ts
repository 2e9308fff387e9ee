import { z } from "zod";
import {
  type Account,
  type Login,
  MEMBER_ROLES,
  type Me,
  type Member,
  SCOPES,
  type Token,
  type User,
} from "../../../protocol/account-api.ts";
import { maybe, time } from "./fields.ts";

const text = z.string();
const whole = z.int();
const who = z.strictObject({ id: whole, email: text });
const named = z.strictObject({ id: text, name: text });

export const LOGIN = z.strictObject({ token: text, user: who }) satisfies z.ZodType<Login>;

export const ME = z.strictObject({
  name: text,
  user: maybe(who),
  operator: z.boolean(),
  accounts: z.array(named.extend({ role: maybe(z.enum(MEMBER_ROLES)), scopes: z.array(z.enum(SCOPES)) })),
}) satisfies z.ZodType<Me>;

export const USER = z.strictObject({
  id: whole,
  email: text,
  name: text,
  operator: z.boolean(),
  hasPassword: z.boolean(),
  disabled: z.boolean(),
  createdAt: time,
}) satisfies z.ZodType<User>;

export const ACCOUNT = z.strictObject({
  id: text,
  name: text,
  concurrencyLimit: whole.nullable(),
  createdAt: time,
}) satisfies z.ZodType<Account>;

export const MEMBER = z.strictObject({
  user: who.extend({ name: text }),
  role: z.enum(MEMBER_ROLES),
  disabled: z.boolean(),
}) satisfies z.ZodType<Member>;

export const TOKEN = z.strictObject({
  id: text,
  name: text,
  scopes: z.array(z.enum(SCOPES)),
  account: maybe(named),
  createdAt: time,
  expiresAt: maybe(time),
  lastUsedAt: maybe(time),
}) satisfies z.ZodType<Token>;

export const NEW_TOKEN = TOKEN.extend({ token: text });
