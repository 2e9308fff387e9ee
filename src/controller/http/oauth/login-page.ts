import { createHash } from "node:crypto";

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(22rem, 90vw); }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem; border-radius: .4rem; }
input { border: 1px solid #767676; background: Canvas; color: CanvasText; }
button { margin-top: 1.5rem; border: 0; background: #0b57d0; color: #fff; font-weight: 600; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid #5b9bff; outline-offset: 2px; }
.wrong { margin: 1rem 0 0; padding: .6rem; border-left: 4px solid #c5221f; background: #c5221f1f; }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** What the page may do: show itself, and send its form to us. `target` is where we lead on to, which browsers check too. */
export function pageHeaders(target: string | undefined): Record<string, string> {
  const form = target === undefined ? "'none'" : `'self' ${target}`;
  const policy = ["default-src 'none'", `style-src 'sha256-${STYLE_HASH}'`, `form-action ${form}`];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [...policy, "frame-ancestors 'none'", "base-uri 'none'"].join("; "),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
}

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
  return page(
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
  return page("This login can't go on", `<p class="wrong" role="alert">${escaped(reason)}</p>\n<p>${hint}</p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
