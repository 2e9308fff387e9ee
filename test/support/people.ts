import type { Clock } from "../../src/base/time/clock.ts";
import type { Login, MemberRole } from "../../src/protocol/account-api.ts";
import type { ApiOf, TestController } from "./controller.ts";

export const PASSWORD = "correct horse battery";

/** For tests of waits that must not pass while a busy machine runs the test. */
export const STANDING_CLOCK: Clock = { now: () => Date.now(), monotonic: () => 1_000_000 };

export interface Person {
  id: number;
  email: string;
  /** Of their login. */
  token: string;
  api: ApiOf;
}

/** Adds a user with these roles in accounts, and logs in. Accounts that aren't there yet are made. */
export async function person(
  controller: TestController,
  email: string,
  roles: Record<string, MemberRole> = {},
  operator = false,
): Promise<Person> {
  await ok(controller.api("POST", "/users", { email, password: PASSWORD, operator }));
  for (const [account, role] of Object.entries(roles)) {
    if ((await controller.api("GET", `/accounts/${account}`)).status === 404)
      await ok(controller.api("POST", "/accounts", { name: account }));
    await ok(controller.api("PUT", `/accounts/${account}/members/${email}`, { role }));
  }
  const login = await ok(controller.as(undefined)("POST", "/session", { email, password: PASSWORD }));
  const { token, user } = login as Login;
  return { id: user.id, email, token, api: controller.as(token) };
}

async function ok(answer: ReturnType<ApiOf>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}
