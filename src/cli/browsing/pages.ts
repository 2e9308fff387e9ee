import { positiveNumber, unknownWord } from "../usage.ts";

/** Pages that have a name; a number is a build. */
export const PAGES = ["builds", "agents", "settings"];

/** Behind the controller's address. Throws USAGE for a page that there isn't. */
export function pathOfPage(command: string, page: string): string {
  if (/^\d+$/.test(page)) return `/builds/${positiveNumber(command, "The build", page)}`;
  if (PAGES.includes(page)) return `/${page}`;
  throw unknownWord(command, "page", page, PAGES);
}
