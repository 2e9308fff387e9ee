import { me } from "../../session/session.ts";

/** For what only people have, when the controller's own token is signed in. */
export function NoPerson({ what }: { what: string }) {
  return (
    <p class="notice">
      You are signed in as {me.value?.name}, with the controller's own token. It is no person, and has no {what}. Make
      yourself a user in <a href="/settings/users">Users</a> and sign in with e-mail and password.
    </p>
  );
}
