import { useState } from "preact/hooks";
import { useAction } from "../client/use-action.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { Field } from "../controls/field.tsx";
import { useTitle } from "../frame/title.ts";
import { signIn } from "./session.ts";
import "./sign-in.css";

/** Asks for e-mail and password, or for a token: a new controller has no users yet. */
export function SignIn() {
  useTitle("Sign in");
  const [byToken, setByToken] = useState(false);
  const login = useAction((form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "");
    return signIn(byToken ? { token: text("token").trim() } : { email: text("email"), password: text("password") });
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void login.run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <main class="sign-in">
      <h1>Millwright</h1>
      <form onSubmit={submit}>
        {byToken ? (
          <Field label="Token" hint="One of your own, or that of the file admin.token in the controller's data folder.">
            <input name="token" type="password" autocomplete="off" required autofocus />
          </Field>
        ) : (
          <>
            <Field label="E-mail">
              <input name="email" type="email" autocomplete="username" required autofocus />
            </Field>
            <Field label="Password">
              <input name="password" type="password" autocomplete="current-password" required />
            </Field>
          </>
        )}
        <FailureBox failure={login.failure} />
        <button type="submit" class="primary" disabled={login.running}>
          {login.running ? "Signing in…" : "Sign in"}
        </button>
        <button type="button" class="link" onClick={() => setByToken(!byToken)}>
          {byToken ? "Sign in with e-mail and password" : "Sign in with a token"}
        </button>
      </form>
    </main>
  );
}
