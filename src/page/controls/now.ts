import { signal } from "@preact/signals";

/** Milliseconds since 1970, each second anew while the page is looked at. */
export const now = signal(Date.now());

window.setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);
document.addEventListener("visibilitychange", () => {
  now.value = Date.now();
});
