import { useState } from "preact/hooks";

/** Copies a text; says for a moment whether it could. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string>();
  const copy = async (button: HTMLElement) => {
    setSaid((await copyText(text, button)) ? "Copied" : "Can't copy: select it");
    window.setTimeout(() => setSaid(undefined), 1500);
  };
  return (
    <button type="button" class="small" onClick={(event) => copy(event.currentTarget)}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}

/** Whether it was copied. Browsers offer their clipboard only to pages that came by https or from this machine. */
async function copyText(text: string, button: HTMLElement): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement("textarea");
  area.value = text;
  // Beside the button: while a dialog is open, nothing outside of it can be selected.
  button.after(area);
  area.focus();
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  button.focus();
  return isCopied;
}
