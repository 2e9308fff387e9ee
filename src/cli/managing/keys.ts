import type { KeyRotated } from "../../protocol/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { warningLines } from "../terminal/failure.ts";

/** `millwright keys rotate`. */
export async function rotateKey(session: Session): Promise<number> {
  const answer = await (await session.connect()).send<KeyRotated>("POST", "/keys/rotate");
  session.answer(answer, (output) => {
    const { keyId, sealedAgain, unreadable } = answer;
    output.line(
      `The new key is ${keyId}; ${sealedAgain} ${sealedAgain === 1 ? "secret was" : "secrets were"} encrypted again.`,
    );
    if (unreadable.length === 0) return;
    const warning = `These can't be opened and stayed as they are, write them again: ${unreadable.join(", ")}`;
    for (const line of warningLines(warning, output.noteStyle)) output.note(line);
  });
  return EXIT.success;
}
