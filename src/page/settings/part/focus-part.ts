/** Takes the keyboard to the heading of the part that is shown, once it is drawn. */
export function focusPart(): void {
  window.requestAnimationFrame(() => document.querySelector<HTMLElement>(".settings-part h1")?.focus());
}
