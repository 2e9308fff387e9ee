import { signal } from "@preact/signals";
import "./notices.css";

const SHOWN_MS = 6000;
const notices = signal<{ id: number; text: string }[]>([]);
let last = 0;

/** Says for some seconds that something was done. */
export function say(text: string): void {
  last += 1;
  const id = last;
  notices.value = [...notices.value, { id, text }];
  window.setTimeout(() => {
    notices.value = notices.value.filter((each) => each.id !== id);
  }, SHOWN_MS);
}

/** Where notices appear, and are read aloud. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
