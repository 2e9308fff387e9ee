import { signal } from "@preact/signals";
import type { Me, Scope } from "../../protocol/account-api.ts";
import type { PageLogin } from "../../protocol/page-api.ts";
import { ask, call, RequestFailed, send, signedOut } from "../client/api.ts";

/** Who is signed in: undefined until it is known, null when nobody is. */
export const me = signal<Me | null | undefined>(undefined);

/** Id of the account that is looked at; empty: all that one may read. */
export const account = signal(localStorage.getItem("account") ?? "");

signedOut.subscribe((count) => {
  if (count > 0) me.value = null;
});

/** Asks who is signed in. Throws RequestFailed when there is no answer. */
export async function recall(): Promise<void> {
  try {
    take(await call<Me>("GET", "/me"));
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.status !== 401) throw error;
    me.value = null;
  }
}

/** Throws RequestFailed. */
export async function signIn(login: PageLogin): Promise<void> {
  take(await ask<Me>("/page/session", "POST", login));
}

/** Throws RequestFailed. */
export async function signOut(): Promise<void> {
  await send("/page/session", "DELETE");
  me.value = null;
}

export function lookAt(id: string): void {
  localStorage.setItem("account", id);
  account.value = id;
}

/** Whether the person may do this in an account; without one, in any that is looked at. */
export function mayDo(scope: Scope, accountId = account.value): boolean {
  const accounts = me.value?.accounts ?? [];
  const asked = accountId === "" ? accounts : accounts.filter(({ id }) => id === accountId);
  return asked.some(({ scopes }) => scopes.includes(scope));
}

/** The account for what belongs to one: the one that is looked at, or the only one. */
export function oneAccount(): string | undefined {
  const accounts = me.value?.accounts ?? [];
  return account.value !== "" ? account.value : accounts.length === 1 ? accounts[0]?.id : undefined;
}

function take(person: Me): void {
  if (!person.accounts.some(({ id }) => id === account.value)) account.value = "";
  me.value = person;
}
