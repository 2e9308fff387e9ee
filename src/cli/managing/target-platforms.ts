import type { TargetPlatform, TargetPlatformRequest, TargetPlatforms } from "../../protocol/queue-api.ts";
import { HOST_SYSTEMS } from "../../protocol/requirement.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";
import { positiveNumber, unknownWord, usageError } from "../usage.ts";

export interface TargetPlatformOptions {
  os?: string;
  xcode?: string;
  label?: string;
  preferred?: boolean;
  notice?: string;
  retired?: boolean;
  position?: string;
}

const SYSTEMS = [...HOST_SYSTEMS, "any"] as const;

const COLUMNS: Column<TargetPlatform>[] = [
  { title: "NAME", cell: ({ name }) => name },
  { title: "OS", cell: ({ os }) => os },
  { title: "XCODE", cell: ({ xcode }) => xcode ?? "" },
  { title: "LABEL", cell: ({ label }) => label ?? "" },
  { title: "STATE", cell: stateOf },
  { title: "NOTICE", cell: ({ notice }) => notice ?? "" },
];

/** `millwright target-platforms list`. */
export async function listTargetPlatforms(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<TargetPlatforms>("/target-platforms");
  session.answer(answer, (output) => {
    const { defined } = answer;
    const offered = answer.targetPlatforms.filter((name) => !defined.some((each) => each.name === name));
    if (defined.length > 0) for (const line of tableLines(defined, COLUMNS, output.style)) output.line(line);
    if (offered.length > 0) output.line(`The agents offer: ${harmless(offered.join(", "))}`);
    if (defined.length + offered.length === 0) output.note("No target platforms: builds take any agent that can.");
  });
  return EXIT.success;
}

/** `millwright target-platforms set`. */
export async function setTargetPlatform(
  session: Session,
  command: string,
  name: string,
  options: TargetPlatformOptions,
): Promise<number> {
  const { xcode, label, notice, preferred, retired, position } = options;
  const request: TargetPlatformRequest = {
    os: await chosenSystem(session, command, options.os),
    ...(xcode === undefined ? {} : { xcode }),
    ...(label === undefined ? {} : { label }),
    ...(notice === undefined ? {} : { notice }),
    preferred: preferred === true,
    retired: retired === true,
    ...(position === undefined ? {} : { position: positiveNumber(command, "--position", position) }),
  };
  const api = await session.connect();
  const written = await api.send<TargetPlatform>("PUT", `/target-platforms/${segment(name)}`, request);
  session.answer(written, (output) => {
    const parts = [written.os, written.xcode && `Xcode ${written.xcode}`, written.label, stateOf(written)];
    output.line(harmless(`Set the target platform ${written.name}: ${parts.filter(Boolean).join(", ")}`));
  });
  return EXIT.success;
}

/** `millwright target-platforms remove`. */
export async function removeTargetPlatform(session: Session, name: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/target-platforms/${segment(name)}`);
  session.answer({ removed: name }, (output) => output.line(`Removed the target platform ${name}.`));
  return EXIT.success;
}

async function chosenSystem(
  session: Session,
  command: string,
  given: string | undefined,
): Promise<TargetPlatformRequest["os"]> {
  const word = given ?? (await session.prompt?.choose("System", SYSTEMS));
  if (word === undefined) throw usageError(command, "Name its system with --os: macos, linux or any.");
  const os = SYSTEMS.find((each) => each === word);
  if (!os) throw unknownWord(command, "system", word, SYSTEMS);
  return os;
}

function stateOf({ preferred, retired }: TargetPlatform): string {
  if (retired) return "retired";
  return preferred ? "preferred" : "";
}
