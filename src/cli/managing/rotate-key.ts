import { resolve } from "node:path";
import { loadAgentConfig } from "../../agent/config.ts";
import { ControllerClient } from "../../agent/connection/controller-client.ts";
import { rotateKey } from "../../agent/connection/rotate-key.ts";
import { readTrust } from "../../agent/connection/trust.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

/** `millwright agent rotate-key`. Throws what is wrong with the configuration, KEY_NOT_ROTATED and as `rotateKey`. */
export async function rotateHostKey(session: Session, options: { config: string }): Promise<number> {
  const { name, controller } = loadAgentConfig(resolve(session.folder, options.config), session.environment);
  const { address, keyFile } = controller;
  if (keyFile === "") throw errorOf("KEY_NOT_ROTATED", { reason: "Its configuration names no keyFile." });
  const client = new ControllerClient(address, [], readTrust(controller));
  try {
    const { before, after } = await rotateKey({ address, keyFile }, client);
    session.answer({ agent: name, keyFile, before, after }, (output) => {
      output.line(`The key of ${name} was replaced: ${before.slice(0, 12)} by ${after.slice(0, 12)}.`);
      output.note("The old one is good for nothing any more. An agent that runs goes on with the new one by itself.");
    });
    return EXIT.success;
  } finally {
    client.close();
  }
}
