export interface KeyActions {
  search: () => void;
  top: () => void;
  end: () => void;
  follow: () => void;
  firstError: () => void;
}

/** What of a keyboard's event is looked at. */
interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a key means while the log has the focus; the other ones scroll as everywhere. */
export function actionOf(event: Pressed): keyof KeyActions | undefined {
  const { key } = event;
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "f" && !event.altKey ? "search" : undefined;
  if (event.altKey) return undefined;
  return KEYS[key];
}

const KEYS: Readonly<Record<string, keyof KeyActions>> = {
  "/": "search",
  g: "top",
  Home: "top",
  G: "end",
  End: "end",
  f: "follow",
  e: "firstError",
};
