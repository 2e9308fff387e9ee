import type { Agent } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { harmless } from "../terminal/text.ts";

/** `millwright agents revoke`. */
export async function revokeAgent(session: Session, name: string): Promise<number> {
  await (await session.connect()).send("POST", `/agents/${segment(name)}/revoke`);
  session.answer({ revoked: name }, (output) =>
    output.line(`Revoked ${name}. It is refused from now on; its builds are tried again on other agents.`),
  );
  return EXIT.success;
}

/** `millwright agents trust`. */
export async function trustAgent(session: Session, name: string, machine: string): Promise<number> {
  await (await session.connect()).send("POST", `/agents/${segment(name)}/trust`, { machine });
  session.answer({ trusted: name, machine }, (output) =>
    output.line(`The key of ${name} is that of ${machine}. Let the other host join with an invitation of its own.`),
  );
  return EXIT.success;
}

/** How an agent proves who it is, in a word or two. */
export function keyWord({ key }: Agent): string {
  if (!key) return "shared token";
  if (key.revoked) return "revoked";
  return key.quarantined ? "quarantined" : `joined ${key.joinedAt.slice(0, 10)}`;
}

/** What is to be said of the keys of agents. */
export function keyLines(agents: readonly Agent[]): string[] {
  return agents
    .flatMap(({ name, key }) => {
      if (key?.revoked) return [`${name} was revoked by ${key.revoked.by} on ${key.revoked.at.slice(0, 10)}`];
      if (!key?.quarantined) return [];
      const { since, machines } = key.quarantined;
      const shown =
        machines.length > 1 ? `two machines, ${machines.join(" and ")}` : `two hosts that say ${machines[0]}`;
      return [
        `${name} is in quarantine since ${since.slice(0, 16).replace("T", " ")} UTC and gets no builds: its key was shown by ` +
          `${shown}. Say which one stays: millwright agents trust ${name} MACHINE`,
      ];
    })
    .map(harmless);
}
