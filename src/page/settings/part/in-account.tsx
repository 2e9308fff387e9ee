import { type ComponentChildren, Fragment } from "preact";
import type { MyAccount } from "../../../protocol/account-api.ts";
import { lookAt, me, oneAccount } from "../../session/session.ts";

interface InAccountProps {
  /** What belongs to an account, such as `Environments`. */
  what: string;
  /** Only for those who may change things in the account. */
  toManage?: boolean;
  children: (account: MyAccount) => ComponentChildren;
}

/** What belongs to one account: asks which, where that isn't clear. */
export function InAccount({ what, toManage = false, children }: InAccountProps) {
  const mine = me.value?.accounts ?? [];
  const accounts = toManage ? mine.filter(manages) : mine;
  const looked = mine.find(({ id }) => id === oneAccount());
  if (looked && toManage && !manages(looked)) return <NotYours account={looked} />;
  if (looked) return <Fragment key={looked.id}>{children(looked)}</Fragment>;
  if (accounts.length > 0) return <WhichAccount what={what} accounts={accounts} />;
  if (mine.length > 0) return <p class="notice">This is for those who manage an account.</p>;
  return <p class="notice">You are in no account yet. An operator can add you to one.</p>;
}

function NotYours({ account }: { account: MyAccount }) {
  return <p class="notice">This is for those who manage the account {account.name}. Its admins can make you one.</p>;
}

function WhichAccount({ what, accounts }: { what: string; accounts: MyAccount[] }) {
  return (
    <div class="block">
      <h2>Which account?</h2>
      <p>{what} belong to one account. It can also be chosen at the top of the page.</p>
      <div class="row">
        {accounts.map(({ id, name }) => (
          <button key={id} type="button" onClick={() => lookAt(id)}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Whether somebody may change what belongs to an account. */
export function manages({ scopes }: MyAccount): boolean {
  return scopes.includes("manage");
}
