import type { Machine } from "../machine/machine.ts";
import { type Call, out, Refusal, type Tool } from "../machine/tool.ts";
import { checkDomain, checkPrivilege, exists, readTarget, serviceOf, type Target } from "./domains.ts";
import { changeLaunchd, readLaunchd, type Service } from "./launchd.ts";
import { begun, bootstrap } from "./load.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function launchctl({ machine, argv }: Call): ReturnType<Tool> {
  const [command = "", ...words] = argv;
  const uid = callerOf(machine);
  if (command === "bootstrap") bootstrap(machine, uid, words);
  else if (command === "bootout") bootout(machine, uid, readTarget(words[0] ?? ""));
  else if (command === "print") print(machine, readTarget(words[0] ?? ""));
  else if (command === "kickstart") kickstart(machine, words);
  else if (command === "kill") kill(machine, words);
  else if (command === "enable" || command === "disable") enable(machine, command, words[0] ?? "");
  else if (command === "managername")
    out(uid === 0 ? "System" : readLaunchd(machine.root).guiSessions.includes(uid) ? "Aqua" : "Background");
  else
    throw new Refusal(64, `Unrecognized subcommand: ${command}\nUsage: launchctl <subcommand> ... | help [subcommand]`);
  return 0;
}

/** Tests say as whom they call. */
function callerOf({ env }: Machine): number {
  return Number(env["FAKE_UID"] ?? 501);
}

function bootout(machine: Machine, uid: number, target: Target): void {
  const failed = "Boot-out failed";
  changeLaunchd(machine, (launchd) => {
    if (!exists(target.domain, launchd))
      throw new Refusal(125, `${failed}: 125: Domain does not support specified action`);
    const name = `${target.domain.name}/${target.label ?? ""}`;
    if (!launchd.services[name]) throw new Refusal(3, `${failed}: 3: No such process`);
    checkPrivilege(target.domain, uid, failed);
    delete launchd.services[name];
    launchd.leaving[name] = launchd.settling;
  });
}

function print(machine: Machine, target: Target): void {
  const launchd = readLaunchd(machine.root);
  if (target.label === undefined) {
    checkDomain(target.domain, launchd);
    out(`${target.domain.name} = {\n\ttype = ${target.domain.kind}\n}`);
    return;
  }
  const [name, service] = serviceOf(target, launchd);
  out(described(name, service));
}

function described(name: string, { plist, program, pid, runs }: Service): string {
  const state = pid > 0 ? "running" : "not running";
  const words = program.map((word) => `\t\t${word}\n`).join("");
  const process = pid > 0 ? `\tpid = ${pid}\n` : "";
  return `${name} = {\n\tactive count = ${pid > 0 ? 1 : 0}\n\tpath = ${plist}\n\ttype = LaunchAgent\n\tstate = ${state}\n\n\tprogram = ${program[0] ?? ""}\n\targuments = {\n${words}\t}\n\n\truns = ${runs}\n${process}}`;
}

function kickstart(machine: Machine, words: readonly string[]): void {
  const again = words.includes("-k");
  changeLaunchd(machine, (launchd) => {
    const [name, service] = serviceOf(readTarget(words.at(-1) ?? ""), launchd);
    if (service.pid > 0 && !again) return;
    launchd.services[name] = begun(launchd, service);
  });
}

/** What is to be kept alive begins anew. */
function kill(machine: Machine, [signal = "", target = ""]: readonly string[]): void {
  if (!/^(SIG)?[A-Z]+$|^\d+$/.test(signal))
    throw new Refusal(64, "Usage: launchctl kill <signal-number|signal-name> <service-target>");
  changeLaunchd(machine, (launchd) => {
    const [name, service] = serviceOf(readTarget(target), launchd);
    if (service.pid === 0) throw new Refusal(3, "No process to signal.");
    launchd.services[name] = service.keepAlive ? begun(launchd, service) : { ...service, pid: 0 };
  });
}

function enable(machine: Machine, command: "enable" | "disable", target: string): void {
  const { domain, label } = readTarget(target);
  if (label === undefined) throw new Refusal(64, `Usage: launchctl ${command} <service-target>`);
  const name = `${domain.name}/${label}`;
  changeLaunchd(machine, (launchd) => {
    const others = launchd.disabled.filter((each) => each !== name);
    launchd.disabled = command === "disable" ? [...others, name] : others;
  });
}
