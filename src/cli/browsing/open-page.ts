import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber, unknownWord } from "../usage.ts";
import { openerOf, startOpener } from "./opener.ts";

/** Pages that have a name; a number is a build. */
export const PAGES = ["builds", "agents", "settings"] as const;

/** `millwright open`: shows a page of the controller in the browser, or prints its address where there is none. */
export async function openPage(
  session: Session,
  command: string,
  page: string | undefined,
  options: { print?: boolean },
): Promise<number> {
  const url = `${await session.url()}${pathOf(command, page ?? "builds")}`;
  const opener = options.print ? undefined : openerOf(process.platform, session.environment);
  const opened = opener !== undefined && (await startOpener(opener, url, session.environment));
  session.answer({ url, opened }, (output) => {
    if (!opened) return output.line(url);
    output.note(`Opened ${url}`);
  });
  return EXIT.success;
}

function pathOf(command: string, page: string): string {
  if (/^\d+$/.test(page)) return `/builds/${positiveNumber(command, "The build", page)}`;
  if ((PAGES as readonly string[]).includes(page)) return `/${page}`;
  throw unknownWord(command, "page", page, PAGES);
}
