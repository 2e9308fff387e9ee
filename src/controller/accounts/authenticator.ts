import { errorOf } from "../../base/errors/millwright-error.ts";
import { sameSecret } from "../../base/same-secret.ts";
import { ADMIN, type Principal } from "./principal.ts";

/** Says who holds a token. */
export class Authenticator {
  private readonly adminToken: string;

  constructor(adminToken: string) {
    this.adminToken = adminToken;
  }

  /** Throws UNAUTHENTICATED for a token that is missing, unknown, expired or revoked. */
  async byToken(token: string | undefined): Promise<Principal> {
    if (token === undefined) throw errorOf("UNAUTHENTICATED", { reason: "The request carries none." });
    if (sameSecret(token, this.adminToken)) return ADMIN;
    throw errorOf("UNAUTHENTICATED", { reason: "It is not a token of this controller." });
  }
}
