import { errorOf } from "../../base/errors/millwright-error.ts";
import type { NamedSetting, ShownProfile } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { checkLines, profileLines } from "./profile-lines.ts";
import { type ProfileOptions, profileRequest } from "./profile-request.ts";

/** `millwright profiles list`. */
export async function listProfiles(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ items: NamedSetting[] }>("/profiles");
  session.answer(answer, (output) => {
    if (answer.items.length === 0) return output.note("No security profiles. Add one: millwright profiles add --help");
    for (const line of profileLines(answer.items, output)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright profiles add`. Throws NAME_TAKEN unless `--replace` is given, and what keeps the profile from signing. */
export async function addProfile(
  session: Session,
  command: string,
  name: string,
  options: ProfileOptions,
): Promise<number> {
  const request = await profileRequest(session, command, options);
  const api = await session.connect();
  if (!options.replace) {
    const { items } = await api.get<{ items: NamedSetting[] }>("/profiles");
    if (items.some((item) => item.name === name)) {
      throw errorOf("NAME_TAKEN", { kind: "a security profile", name }, { detail: "--replace replaces it." });
    }
  }
  const item = await api.send<NamedSetting>("PUT", `/profiles/${segment(name)}`, request);
  session.answer(item, (output) => {
    for (const line of checkLines(item.shown, output.style)) output.line(line);
    output.line(`Set the security profile ${item.name} (${request.type}).`);
  });
  return EXIT.success;
}

/** `millwright profiles check`. Throws what would keep such a profile from signing. */
export async function checkProfile(session: Session, command: string, options: ProfileOptions): Promise<number> {
  const request = await profileRequest(session, command, options);
  const answer = await (await session.connect()).send<{ shown: ShownProfile }>("POST", "/profiles/check", request);
  session.answer(answer, (output) => {
    for (const line of checkLines(answer.shown, output.style)) output.line(line);
    output.line("Nothing was stored.");
  });
  return EXIT.success;
}
