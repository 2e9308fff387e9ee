import { escaped, htmlPage } from "../html-page.ts";

export interface LoginPage {
  /** Signed: what the program asked for. */
  request: string;
  /** The program's address on the person's own machine. */
  target: string;
  email: string;
  wrong?: string;
}

/** The form that asks for e-mail and password. It works without scripts, and nothing is loaded from elsewhere. */
export function loginPage({ request, target, email, wrong }: LoginPage): string {
  const alert = wrong === undefined ? "" : `<p class="wrong" role="alert" id="wrong">${escaped(wrong)}</p>`;
  const about = wrong === undefined ? "" : ' aria-describedby="wrong" aria-invalid="true"';
  const focus = (here: boolean) => (here ? " autofocus" : "");
  return htmlPage(
    "Log in to Millwright",
    `<p>The Ionic CLI at ${escaped(target)} wants to work with your account.</p>
${alert}<form method="post" action="authorize">
<input type="hidden" name="request" value="${escaped(request)}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${escaped(email)}"${focus(email === "")}${about}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000"${focus(email !== "")}${about}>
<button type="submit">Log in</button>
</form>`,
  );
}

/** For what can't be answered to the program: it isn't known, or its address isn't one that may be led to. */
export function refusalPage(reason: string): string {
  const hint = "Close this page and begin the login anew in the program.";
  return htmlPage("This login can't go on", `<p class="wrong" role="alert">${escaped(reason)}</p>\n<p>${hint}</p>`);
}
