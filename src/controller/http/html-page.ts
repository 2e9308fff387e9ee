import { createHash } from "node:crypto";

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(22rem, 90vw); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input, button, .button { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem; border-radius: .4rem; }
input { border: 1px solid #767676; background: Canvas; color: CanvasText; }
button, .button { margin-top: 1.5rem; border: 0; background: #0b57d0; color: #fff; font-weight: 600; cursor: pointer; }
.button { display: block; text-align: center; text-decoration: none; }
button:focus-visible, input:focus-visible, .button:focus-visible { outline: 3px solid #5b9bff; outline-offset: 2px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; margin: 1rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0; }
.wrong { margin: 1rem 0 0; padding: .6rem; border-left: 4px solid #c5221f; background: #c5221f1f; }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/**
 * What a page that the controller writes itself may do: show itself, and send its form to us. `target` is where we lead on
 * to, which browsers check too.
 */
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

/** A whole page without scripts. `title` is text, `content` is HTML in which all that others wrote is escaped. */
export function htmlPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** Text for the inside of an element or a quoted attribute. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
