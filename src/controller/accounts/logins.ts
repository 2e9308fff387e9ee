import type { Selectable } from "kysely";
import PQueue from "p-queue";
import { errorOf, failureOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import { formatDuration } from "../../base/units.ts";
import type { UserRow } from "../store/account-tables.ts";
import type { Store } from "../store/store.ts";
import { LoginLimits, networkOf } from "./login-limits.ts";
import { passwordLogin } from "./login-tokens.ts";
import { isPassword } from "./passwords.ts";
import { hashOfToken } from "./tokens.ts";

/** Others may share an address, so it has more tries; it then waits longer than an e-mail, which strangers could lock. */
const LIMIT_OF_ADDRESS = { free: 20, mostWaitMs: 900_000 };
const LIMIT_OF_EMAIL = { free: 5, mostWaitMs: 60_000 };

/** Passwords that are looked into at once: each takes memory and a core. */
const AT_ONCE = 2;
const MOST_WAITING = 100;
const WAIT_WHEN_BUSY_MS = 5_000;

/** TOO_MANY_LOGINS, with how long to wait. */
export class TooManyLogins extends MillwrightError {
  readonly seconds: number;

  constructor(waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    super(failureOf("TOO_MANY_LOGINS", { wait: formatDuration(seconds * 1000) }));
    this.seconds = seconds;
  }
}

export interface LoginServices {
  store: Store;
  clock: Clock;
  logger: Logger;
}

/** Logins by e-mail and password. */
export class Logins {
  private readonly services: LoginServices;
  private readonly addresses: LoginLimits;
  private readonly emails: LoginLimits;
  private readonly queue = new PQueue({ concurrency: AT_ONCE });

  constructor(services: LoginServices) {
    this.services = services;
    this.addresses = new LoginLimits(services.clock, LIMIT_OF_ADDRESS);
    this.emails = new LoginLimits(services.clock, LIMIT_OF_EMAIL);
  }

  /** A token for the person, good for 30 days. `address` is where the request came from. Throws as `person` does. */
  async byPassword(
    email: string,
    password: string,
    address: string,
  ): Promise<{ token: string; user: { id: number; email: string } }> {
    const { store, clock } = this.services;
    const user = await this.person(email, password, address);
    const { token, row } = passwordLogin(user.id, clock.now());
    await store.tokens.createLogin([row], clock.now(), address);
    return { token, user: { id: user.id, email: user.email } };
  }

  /** Whose e-mail and password these are. Throws LOGIN_REFUSED; TooManyLogins after wrong ones of the address or e-mail. */
  async person(email: string, password: string, address: string): Promise<Selectable<UserRow>> {
    const keys = { address: networkOf(address), email: email.trim().toLowerCase() };
    this.refuseBlocked(keys);
    if (this.queue.size >= MOST_WAITING) throw new TooManyLogins(WAIT_WHEN_BUSY_MS);
    return this.queue.add(async () => {
      this.refuseBlocked(keys); // others may have tried while this one waited
      this.addresses.begin(keys.address);
      this.emails.begin(keys.email);
      const user = await this.services.store.users.findByEmail(keys.email);
      const right = await isPassword(password, user?.password_hash ?? null);
      if (!user || !right || user.disabled_at !== null) {
        this.addresses.confirm(keys.address);
        this.emails.confirm(keys.email);
        this.services.logger.warn({ address, email: keys.email }, "a login was refused");
        await this.recordRefused(user?.email ?? "", address);
        throw errorOf("LOGIN_REFUSED");
      }
      this.addresses.takeBack(keys.address);
      this.emails.clear(keys.email);
      return user;
    });
  }

  /**
   * Looks into something else than a password that opens as much. Counts against the address when it is refused. Throws what
   * `look` throws; TooManyLogins after wrong ones of the address.
   */
  async attempt<T>(address: string, look: () => Promise<T>): Promise<T> {
    const network = networkOf(address);
    const wait = this.addresses.waitMs(network);
    if (wait > 0) throw new TooManyLogins(wait);
    this.addresses.begin(network);
    try {
      const found = await look();
      this.addresses.takeBack(network);
      return found;
    } catch (error) {
      this.addresses.confirm(network);
      this.services.logger.warn({ address }, "a login was refused");
      await this.recordRefused("", address);
      throw error;
    }
  }

  /** Ends the login that the token belongs to; a token that is none is left alone. */
  async end(token: string): Promise<void> {
    const { store, clock } = this.services;
    const found = await store.tokens.findByHash(hashOfToken(token));
    if (found?.token.family) await store.tokens.revokeFamily(found.token.family, clock.now());
  }

  /** An e-mail that nobody has isn't kept: people type passwords into the wrong field. The limits keep the entries few. */
  private async recordRefused(email: string, address: string): Promise<void> {
    const { store, clock } = this.services;
    const happening = { at: clock.now(), actor: email, action: "refused", kind: "login", name: email } as const;
    await store.audit.add({ ...happening, detail: `from ${address}` });
  }

  private refuseBlocked(keys: { address: string; email: string }): void {
    const wait = Math.max(this.addresses.waitMs(keys.address), this.emails.waitMs(keys.email));
    if (wait > 0) throw new TooManyLogins(wait);
  }
}
