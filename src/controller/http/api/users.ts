import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { User } from "../../../protocol/account-api.ts";
import { hashPassword } from "../../accounts/passwords.ts";
import type { Services } from "../../services.ts";
import type { UserRow } from "../../store/account-tables.ts";
import type { UserChange } from "../../store/user-store.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { optionalLine, validate } from "../validate.ts";
import { email, newPassword } from "./person-fields.ts";

const name = optionalLine(200);

export const USER_REQUEST = z.strictObject({
  email,
  name: name.default(""),
  password: newPassword.optional(),
  operator: z.boolean().default(false),
});

export const USER_CHANGE = z.strictObject({
  name: name.optional(),
  password: newPassword.optional(),
  operator: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

/** The people of this controller, for operators. */
export function userRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock, logger } = services;
  api.get("/users", told("All users; for operators", { answer: "Users" }), async (request) => {
    requireOperator(principalOf(request));
    return { users: (await store.users.list()).map(toUser) };
  });

  api.post(
    "/users",
    told("Adds a user; for operators", { body: USER_REQUEST, status: 201, answer: "User" }),
    async (request, reply) => {
      const principal = principalOf(request);
      requireOperator(principal);
      const body = validate(USER_REQUEST, request.body);
      const hash = body.password === undefined ? null : await hashPassword(body.password);
      const now = clock.now();
      const user = { email: body.email, name: body.name, password_hash: hash, operator: body.operator ? 1 : 0 };
      const row = await store.users.create({ ...user, created_at: now }, { actor: principal.name, at: now });
      if (!row) throw errorOf("NAME_TAKEN", { kind: "a user", name: body.email });
      logger.info({ user: row.email, operator: body.operator }, "a user was added");
      return reply.code(201).send(toUser(row));
    },
  );

  api.get<{ Params: { user: string } }>(
    "/users/:user",
    told("A user, by id or e-mail; for operators", { answer: "User" }),
    async (request) => {
      requireOperator(principalOf(request));
      return toUser(await findUser(services, request.params.user));
    },
  );

  api.patch<{ Params: { user: string } }>(
    "/users/:user",
    told("Changes a user; for operators", { body: USER_CHANGE, answer: "User" }),
    async (request) => {
      const principal = principalOf(request);
      requireOperator(principal);
      const row = await findUser(services, request.params.user);
      const body = validate(USER_CHANGE, request.body);
      await store.users.update(row, await changeOf(body, row, clock.now()), { actor: principal.name, at: clock.now() });
      logger.info({ user: row.email, changed: Object.keys(body) }, "a user was changed");
      return toUser(await findUser(services, `${row.id}`));
    },
  );
}

/** The user of that id or e-mail. Throws NOT_FOUND, which doesn't say who else there is. */
export async function findUser(services: Services, key: string): Promise<Selectable<UserRow>> {
  const { users } = services.store;
  const row = /^\d{1,15}$/.test(key) ? await users.find(Number(key)) : await users.findByEmail(key.toLowerCase());
  if (row) return row;
  const reason = "An operator can add one: millwright users add EMAIL";
  throw errorOf("NOT_FOUND", { kind: "user", name: key, reason });
}

async function changeOf(
  body: z.output<typeof USER_CHANGE>,
  row: Selectable<UserRow>,
  now: number,
): Promise<UserChange> {
  const change: UserChange = {};
  if (body.name !== undefined) change.name = body.name;
  if (body.password !== undefined) change.password_hash = await hashPassword(body.password);
  if (body.operator !== undefined) change.operator = body.operator ? 1 : 0;
  if (body.disabled !== undefined) change.disabled_at = body.disabled ? (row.disabled_at ?? now) : null;
  return change;
}

function toUser(row: Selectable<UserRow>): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    operator: row.operator === 1,
    hasPassword: row.password_hash !== null,
    disabled: row.disabled_at !== null,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
