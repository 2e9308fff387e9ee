import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { MEMBER_ROLES, type Member, type MemberRole } from "../../../protocol/account-api.ts";
import type { Principal } from "../../accounts/principal.ts";
import type { Services } from "../../services.ts";
import type { MemberRefusal, MemberWithUser } from "../../store/member-store.ts";
import { findAccount } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { findUser } from "./users.ts";

export const MEMBER_REQUEST = z.strictObject({
  role: z.enum(MEMBER_ROLES, `expected a role: ${MEMBER_ROLES.join(", ")}`),
});

type OfAccount = { Params: { account: string } };
type OfMember = { Params: { account: string; user: string } };

/** Who is in an account, for its admins. */
export function memberRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  const author = (request: FastifyRequest) => ({ actor: principalOf(request).name, at: clock.now() });
  const accountOfPath = (request: FastifyRequest<OfAccount>) =>
    findAccount(services, principalOf(request), request.params.account, "manage");

  /** Who isn't in it yet is named by the e-mail: numbers of people could be tried one after the other. */
  const refuseUnknownNumber = async (key: string, { operator }: Principal, account: { id: string; name: string }) => {
    if (operator || !/^\d+$/.test(key)) return;
    const members = await store.members.ofAccount(account.id);
    if (!members.some(({ user_id: id }) => `${id}` === key)) throw noMember(key, account.name);
  };

  api.get<OfAccount>(
    "/accounts/:account/members",
    told("Who is in an account", { answer: "Members" }),
    async (request) => {
      const account = await accountOfPath(request);
      return { members: (await store.members.ofAccount(account.id)).map(toMember) };
    },
  );

  api.put<OfMember>(
    "/accounts/:account/members/:user",
    told("Adds a member, or changes the role", { body: MEMBER_REQUEST, answer: "Member" }),
    async (request) => {
      const account = await accountOfPath(request);
      const { role } = validate(MEMBER_REQUEST, request.body);
      const { user: key } = request.params;
      await refuseUnknownNumber(key, principalOf(request), account);
      const user = await findUser(services, key);
      throwRefusal(await store.members.put(account, user, role, author(request)), user.email, account.name);
      return toMember({ ...user, account_id: account.id, user_id: user.id, role });
    },
  );

  api.delete<OfMember>(
    "/accounts/:account/members/:user",
    told("Removes a member", { status: 204 }),
    async (request, reply) => {
      const account = await accountOfPath(request);
      const members = await store.members.ofAccount(account.id);
      const key = request.params.user.toLowerCase();
      const member = members.find(({ user_id: id, email }) => `${id}` === key || email === key);
      if (!member) throw noMember(request.params.user, account.name);
      const user = await findUser(services, `${member.user_id}`);
      throwRefusal(await store.members.remove(account, user, author(request)), user.email, account.name);
      return reply.code(204).send();
    },
  );
}

function throwRefusal(refusal: MemberRefusal | undefined, email: string, account: string): void {
  if (refusal === "last admin") throw errorOf("LAST_ADMIN", { email, account });
  if (refusal === "no member") throw noMember(email, account);
}

function noMember(name: string, account: string): Error {
  const reason = `The account ${account} has no such member. See: millwright accounts members list ${account}`;
  return errorOf("NOT_FOUND", { kind: "member", name, reason });
}

function toMember(row: MemberWithUser): Member {
  const { user_id: id, email, name } = row;
  return { user: { id, email, name }, role: row.role as MemberRole, disabled: row.disabled_at !== null };
}
