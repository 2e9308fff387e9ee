import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { IonicLogin } from "../../../protocol/ionic-api.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";

export const LOGIN_BODY = z.object({ email: z.string().min(1).max(320), password: z.string().min(1).max(1024) });

/** Logging in by password, and out. These need no token. */
export function sessionRoutes(api: FastifyInstance, { logins }: Pick<Services, "logins">): void {
  api.post(
    "/login",
    told("Logs in by e-mail and password", { body: LOGIN_BODY, answer: "IonicAnswer", access: "anyone" }),
    async (request): Promise<IonicLogin> => {
      const { email, password } = validate(LOGIN_BODY, request.body);
      const { token, user } = await logins.byPassword(email, password, request.ip);
      return { token, user: { id: user.id, email: user.email } };
    },
  );

  // Also for a token that has expired: whoever logs out is out.
  api.post(
    "/logout",
    told("Ends the login whose token is shown", { status: 204, access: "anyone" }),
    async (request, reply) => {
      const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1]?.trim();
      if (token !== undefined) await logins.end(token);
      return reply.code(204).send();
    },
  );
}
