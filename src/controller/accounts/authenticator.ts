import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { sameSecret } from "../../base/same-secret.ts";
import type { Clock } from "../../base/time/clock.ts";
import type { TokenRow, UserRow } from "../store/account-tables.ts";
import type { Store } from "../store/store.ts";
import { ADMIN, PERMISSIONS, type Permission, type Principal, permissionsOf } from "./principal.ts";
import { hashOfToken } from "./tokens.ts";

/** How exactly it is known when a token was used last. */
const USED_EVERY_MS = 60_000;

type Token = Selectable<TokenRow>;
type User = Selectable<UserRow>;

/** Says who holds a token. Looks it up each time: what was revoked a moment ago is refused. */
export class Authenticator {
  private readonly adminToken: string;
  private readonly store: Store;
  private readonly clock: Clock;

  constructor(adminToken: string, { store, clock }: { store: Store; clock: Clock }) {
    this.adminToken = adminToken;
    this.store = store;
    this.clock = clock;
  }

  /** Throws UNAUTHENTICATED for a token that is missing, unknown, expired or revoked, or whose user was disabled. */
  async byToken(given: string | undefined): Promise<Principal> {
    if (given === undefined) throw errorOf("UNAUTHENTICATED", { reason: "The request carries none." });
    if (sameSecret(given, this.adminToken)) return ADMIN;
    const found = await this.store.tokens.findByHash(hashOfToken(given));
    const reason = this.whyRefused(found);
    if (!found || reason !== undefined) throw errorOf("UNAUTHENTICATED", { reason: reason ?? "" });
    const { token, user } = found;
    const now = this.clock.now();
    if (now - (token.last_used_at ?? 0) >= USED_EVERY_MS) await this.store.tokens.usedAt(token.id, now);
    return this.principalOf(token, user);
  }

  private whyRefused(found: { token: Token; user: User } | undefined): string | undefined {
    if (!found || found.token.kind === "refresh") return "It is not a token of this controller.";
    const { token, user } = found;
    if (token.revoked_at !== null) return token.kind === "session" ? "The login was ended." : "It was revoked.";
    if (token.expires_at !== null && token.expires_at <= this.clock.now()) return "It has expired.";
    return user.disabled_at === null ? undefined : "Its user was disabled.";
  }

  private async principalOf(token: Token, user: User): Promise<Principal> {
    const scopes = JSON.parse(token.scopes) as Permission[];
    const whole = token.account_id === null && PERMISSIONS.every((permission) => scopes.includes(permission));
    const operator = user.operator === 1 && whole;
    const login = token.kind === "session" && token.family !== null ? { login: token.family } : {};
    const who = { name: user.email, user: { id: user.id, email: user.email }, ...login };
    if (operator) return { ...who, operator, accounts: new Map() };
    const accounts = new Map<string, ReadonlySet<Permission>>();
    for (const [id, permissions] of await this.permissions(user)) {
      if (token.account_id !== null && token.account_id !== id) continue;
      accounts.set(id, new Set(permissions.filter((permission) => scopes.includes(permission))));
    }
    return { ...who, operator, accounts };
  }

  /** What the user may do by account. What an operator's token that isn't whole passes on is something in each account. */
  private async permissions(user: User): Promise<[string, readonly Permission[]][]> {
    if (user.operator === 1) return (await this.store.accounts.list("all")).map(({ id }) => [id, PERMISSIONS]);
    const memberships = await this.store.members.ofUser(user.id);
    return memberships.map(({ account_id: id, role }) => [id, permissionsOf(role)]);
  }
}
