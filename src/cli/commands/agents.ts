import type { InviteOptions } from "../managing/invitations.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright agents …`. */
export function defineAgents(program: CommandLine, invocation: Invocation): void {
  const group = program.command("agents").description("the build hosts: list, invite, revoke, …");
  const list = asksController(group.command("list", { isDefault: true })).description(
    "list the build hosts and what they can build",
  );
  list.action(() =>
    invocation.act(list, async (session) => (await import("../managing/agents.ts")).listAgents(session)),
  );
  examples(list, ["millwright agents", ""], ["millwright agents --json", "with toolchains and what is missing"]);
  defineInvitations(group, invocation);
  defineKeys(group, invocation);
}

function defineInvitations(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../managing/invitations.ts");
  const invite = asksController(group.command("invite"))
    .description("print the line that lets a host join, once; for operators")
    .option("--name <name>", "how the agent is called (default: the host says)")
    .option("--ttl <duration>", "how long it is good, at most 24h", "1h")
    .option("--uses <number>", "how many hosts may join with it", "1");
  invite.action(() =>
    invocation.act(invite, async (session) =>
      (await actions()).invite(session, invite.fullName, invite.opts<InviteOptions>()),
    ),
  );
  examples(
    invite,
    ["millwright agents invite --name mac-1", "for one host, within an hour"],
    ["millwright agents invite --uses 6 --ttl 8h", "for the six in the cupboard, within the day"],
  );

  const list = asksController(group.command("invitations")).description("list the invitations that are still good");
  list.action(() => invocation.act(list, async (session) => (await actions()).listInvitations(session)));

  const withdraw = asksController(group.command("withdraw").argument("<invitation>", "its id"));
  withdraw.description("withdraw an invitation: nobody can join with it any more");
  withdraw.action((id: string) =>
    invocation.act(withdraw, async (session) => (await actions()).withdrawInvitation(session, id)),
  );
}

function defineKeys(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../managing/agent-keys.ts");
  const revoke = asksController(group.command("revoke").argument("<agent>", "its name"));
  revoke.description("take the key of an agent away: it is refused at once, its builds are tried again elsewhere");
  revoke.action((name: string) =>
    invocation.act(revoke, async (session) => (await actions()).revokeAgent(session, name)),
  );
  const trust = asksController(
    group
      .command("trust")
      .argument("<agent>", "its name")
      .argument("<machine>", "the mark of the machine, as millwright agents shows it"),
  ).description("say which machine keeps the key of an agent that was seen on two");
  trust.action((name: string, machine: string) =>
    invocation.act(trust, async (session) => (await actions()).trustAgent(session, name, machine)),
  );
}
