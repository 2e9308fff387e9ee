import { PLATFORMS } from "../../protocol/build-types.ts";
import type { HoldOptions, WhyOptions } from "../managing/agent-holds.ts";
import type { InviteOptions } from "../managing/invitations.ts";
import { defineMaintenance } from "./agents-maintenance.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright agents …`. */
export function defineAgents(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("agents")
    .description("the build hosts: list, show, invite, pause, drain, resume, maintenance, why, revoke");
  const list = asksController(group.command("list", { isDefault: true })).description(
    "list the build hosts and what they can build",
  );
  list.action(() =>
    invocation.act(list, async (session) => {
      const { listAgents } = await import("../managing/agents.ts");
      return listAgents(session);
    }),
  );
  examples(list, ["millwright agents", ""], ["millwright agents --json", "with toolchains and what is missing"]);
  defineShow(group, invocation);
  defineHolds(group, invocation);
  defineMaintenance(group, invocation);
  defineWhy(group, invocation);
  defineInvitations(group, invocation);
  defineKeys(group, invocation);
}

function defineShow(group: CommandLine, invocation: Invocation): void {
  const show = asksController(group.command("show").argument("<agent>", "name or id of the agent"));
  show.description("show one build host: its state, and how old its key is");
  show.action((agent: string) =>
    invocation.act(show, async (session) => {
      const { showAgent } = await import("../managing/show-agent.ts");
      return showAgent(session, agent);
    }),
  );
  examples(show, ["millwright agents show mini-2", ""]);
}

function defineHolds(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../managing/agent-holds.ts");
  const ofAgent = (word: string) => asksController(group.command(word).argument("<agent>", "name or id of the agent"));
  const reason = "told to those who ask why their build waits";

  const pause = ofAgent("pause")
    .description("give an agent no new builds; those that run go on; for operators")
    .option("--reason <text>", reason);
  pause.action((agent: string) =>
    invocation.act(pause, async (session) =>
      (await actions()).holdAgent(session, agent, "pause", pause.opts<HoldOptions>()),
    ),
  );
  examples(pause, ["millwright agents pause mini-2 --reason 'Xcode update'", ""]);

  const drain = ofAgent("drain")
    .description("give an agent no new builds, and say when its last one has ended; for operators")
    .option("--reason <text>", reason)
    .option("--wait", "until its last build has ended");
  drain.exitCodes = [...drain.exitCodes, [130, "interrupted; the agent stays held"]];
  drain.action((agent: string) =>
    invocation.act(drain, async (session) =>
      (await actions()).holdAgent(session, agent, "drain", drain.opts<HoldOptions>()),
    ),
  );
  examples(drain, ["millwright agents drain mini-2 --reason 'new disk' --wait && ssh mini-2 sudo shutdown -h now", ""]);

  const resume = ofAgent("resume").description("give an agent builds again; for operators");
  resume.action((agent: string) =>
    invocation.act(resume, async (session) => (await actions()).resumeAgent(session, agent)),
  );
  examples(resume, ["millwright agents resume mini-2", ""]);
}

function defineWhy(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../managing/agent-holds.ts");
  const why = asksController(group.command("why").argument("[agent]", "name of the agent (default: all)"))
    .description("say why agents can't take builds of a kind, or not now")
    .requiredOption("--platform <platform>", "android, ios or web")
    .option("--target-platform <name>", "as requests name it (default: the preferred one)");
  why.choices.set("--platform", [...PLATFORMS, "web"]);
  why.action((agent: string | undefined) =>
    invocation.act(why, async (session) =>
      (await actions()).whyNot(session, why.fullName, agent, why.opts<WhyOptions>()),
    ),
  );
  examples(
    why,
    ["millwright agents why mini-2 --platform ios --target-platform 'Xcode 26.0'", ""],
    ["millwright agents why --platform ios", "all of them"],
  );
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
  examples(list, ["millwright agents invitations", ""]);

  const withdraw = asksController(group.command("withdraw").argument("<invitation>", "its id"));
  withdraw.description("withdraw an invitation: nobody can join with it any more");
  withdraw.action((id: string) =>
    invocation.act(withdraw, async (session) => (await actions()).withdrawInvitation(session, id)),
  );
  examples(withdraw, ["millwright agents withdraw i0123456789abcdef", ""]);
}

function defineKeys(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../managing/agent-keys.ts");
  const revoke = asksController(group.command("revoke").argument("<agent>", "its name"));
  revoke.description("take the key of an agent away: it is refused at once, its builds are tried again elsewhere");
  revoke.action((name: string) =>
    invocation.act(revoke, async (session) => (await actions()).revokeAgent(session, name)),
  );
  examples(revoke, ["millwright agents revoke mini-2", ""]);
  const trust = asksController(
    group
      .command("trust")
      .argument("<agent>", "its name")
      .argument("<machine>", "the mark of the machine, as millwright agents shows it"),
  ).description("say which machine keeps the key of an agent that was seen on two");
  trust.action((name: string, machine: string) =>
    invocation.act(trust, async (session) => (await actions()).trustAgent(session, name, machine)),
  );
  examples(trust, ["millwright agents trust mini-2 4f9a01c2", ""]);
}
