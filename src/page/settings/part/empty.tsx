import type { ComponentChildren } from "preact";

/** Stands where nothing is yet: what it would be for, and what to do first. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="block empty-part">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}
