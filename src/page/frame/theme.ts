import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const kept = localStorage.getItem("theme") as Theme | null;

/** Light or dark, by the system unless the person chose. */
export const theme = signal<Theme>(kept && THEMES.includes(kept) ? kept : "system");

effect(() => {
  localStorage.setItem("theme", theme.value);
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
});
