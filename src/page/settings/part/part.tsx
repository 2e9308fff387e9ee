import type { ComponentChildren } from "preact";
import { useTitle } from "../../frame/title.ts";

interface PartProps {
  title: string;
  /** What it is for, in a sentence or two. */
  about?: ComponentChildren;
  /** Where it is part of, with its address. */
  above?: { href: string; name: string };
  /** Buttons beside the heading. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** One part of the settings with its heading. */
export function Part({ title, about, above, action, children }: PartProps) {
  useTitle(title);
  return (
    <section>
      {above && (
        <p class="part-above">
          <a href={above.href}>
            <span aria-hidden="true">‹ </span>
            {above.name}
          </a>
        </p>
      )}
      <div class="row spread part-head">
        <h1 tabIndex={-1}>{title}</h1>
        {action && <div class="row">{action}</div>}
      </div>
      {about && <p class="part-about">{about}</p>}
      {children}
    </section>
  );
}
