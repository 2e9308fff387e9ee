import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { IonicUser } from "../../../protocol/ionic-api.ts";
import type { Principal } from "../../accounts/principal.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";

/** The holder of the controller's own token is no user and has no number: a number that no user gets, and that isn't 0. */
const NO_USER: IonicUser = { id: 2 ** 31 - 1, email: "admin@localhost" };

export const USER_PARAMS = z.object({ user: z.string().max(100) });

/** Who holds the token. Of others nothing is told. */
export function userRoutes(api: FastifyInstance): void {
  api.get<{ Params: { user: string } }>(
    "/users/:user",
    told("Oneself, as self or by one's number", { answer: "IonicAnswer" }),
    async (request): Promise<IonicUser> => {
      const { user } = validate(USER_PARAMS, request.params);
      const self = userOf(principalOf(request));
      if (user === "self") return self;
      if (user !== `${self.id}`)
        throw errorOf("NOT_FOUND", { kind: "user", name: user, reason: "Only your own is shown." });
      return { ...self, oauth_identities: {} };
    },
  );
}

function userOf({ user }: Principal): IonicUser {
  return user ? { id: user.id, email: user.email } : NO_USER;
}
