import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { openerOf, startOpener } from "./opener.ts";
import { pathOfPage } from "./pages.ts";

/** `millwright open`: shows a page of the controller in the browser, or prints its address where there is none. */
export async function openPage(
  session: Session,
  command: string,
  page: string | undefined,
  options: { print?: boolean },
): Promise<number> {
  const url = `${await session.url()}${pathOfPage(command, page ?? "builds")}`;
  const opener = options.print ? undefined : openerOf(process.platform, session.environment);
  const opened = opener !== undefined && (await startOpener(opener, url, session.environment));
  session.answer({ url, opened }, (output) => {
    if (!opened) return output.line(url);
    output.note(`Opened ${url}`);
  });
  return EXIT.success;
}
