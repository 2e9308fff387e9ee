import { makeHostKey } from "../../agent/connection/host-key.ts";
import { enrollHost } from "../../agent/joining/enroll.ts";
import { fetchCa } from "../../agent/joining/fetch-ca.ts";
import { JoinedFiles } from "../../agent/joining/joined-files.ts";
import { errorOf, toFailure } from "../../base/errors/millwright-error.ts";
import { readInvitation } from "../../protocol/invitation-line.ts";
import { specKeyText } from "../../protocol/spec-signature.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

export interface JoinOptions {
  config: string;
  name?: string;
  yes?: true;
}

/** `millwright agent join`: everything that can fail here is looked at before the invitation is shown to the controller. */
export async function joinController(session: Session, given: string, options: JoinOptions): Promise<number> {
  const invitation = readInvitation(given === "-" ? await readAll(session) : given);
  if (typeof invitation === "string") throw errorOf("INVITATION_BROKEN", { reason: invitation });
  const { address, pin } = invitation;
  const files = new JoinedFiles(options.config);
  const configured = files.name; // read in any case: a broken configuration is told before the invitation is used
  const name = options.name ?? configured;
  files.checkWritable();
  if (files.existing.length > 0 && !options.yes && !(await mayOverwrite(session, files, address))) {
    session.output.note("Nothing was changed.");
    return EXIT.refused;
  }
  const ca = await fetchCa(address, pin);
  const { key, pem } = makeHostKey();
  files.keepNewKey(pem);
  try {
    const joined = await enrollHost(invitation, ca, key, name).catch((error: unknown) => {
      const ofConfiguration = options.name === undefined && name !== "";
      if (!ofConfiguration || toFailure(error).code !== "INVITATION_NAME_FIXED") throw error;
      return enrollHost(invitation, ca, key, ""); // nobody asked for that name now: the operator's is as good
    });
    const { agentName, caPem, certificatePem: certificate } = joined;
    const specKey = specKeyText(joined.specKey);
    files.write({ name: agentName, address, ca: caPem, keyPem: pem, certificate, specKey });
    const { config, key: keyFile, ca: caFile } = files;
    session.answer({ agent: joined.agentName, id: joined.agentId, address, config, keyFile, caFile }, (output) => {
      output.line(`This host has joined ${address} as ${joined.agentName}.`);
      output.note(`Start the agent: millwright agent --config ${config}`);
    });
    return EXIT.success;
  } finally {
    files.dropNewKey();
  }
}

/** All of stdin. */
async function readAll({ stdin }: Session): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Throws JOIN_WOULD_OVERWRITE where nobody can be asked. */
async function mayOverwrite(session: Session, files: JoinedFiles, address: string): Promise<boolean> {
  const [file = files.config] = files.existing;
  if (!session.prompt) throw errorOf("JOIN_WOULD_OVERWRITE", { file });
  const question = `${file} exists. Make its agent one of ${address} with a new key? Its other settings stay`;
  return (await session.prompt.choose(question, ["yes", "no"])) === "yes";
}
