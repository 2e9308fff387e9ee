import { existsSync, statSync } from "node:fs";
import { absolute, type Machine } from "../machine/machine.ts";
import { Refusal } from "../machine/tool.ts";
import type { Dictionary } from "../plists/dictionary.ts";
import { listIn, textIn } from "../plists/dictionary.ts";
import { readDictionary } from "../plists/plist-file.ts";
import { checkPrivilege, exists, readTarget } from "./domains.ts";
import { changeLaunchd, type Launchd, readLaunchd, type Service } from "./launchd.ts";

const FAILED = "Bootstrap failed";
/** What launchctl says of most faults, whatever they are. */
const IO_ERROR = `${FAILED}: 5: Input/output error\nTry re-running the command as root for richer errors.`;

/** `launchctl bootstrap DOMAIN PLIST`. */
export function bootstrap(machine: Machine, uid: number, [into = "", ...files]: readonly string[]): void {
  const { domain, label } = readTarget(into);
  if (label !== undefined || files.length === 0)
    throw new Refusal(64, "Usage: launchctl bootstrap <domain-target> [service-path, ...]");
  if (!exists(domain, readLaunchd(machine.root))) {
    throw new Refusal(125, `${FAILED}: 125: Domain does not support specified action`);
  }
  checkPrivilege(domain, uid, FAILED);
  for (const file of files) {
    const service = readService(absolute(machine, file), domain.kind === "gui" ? "Aqua" : "Background");
    const refusal = changeLaunchd(machine, (launchd) => loaded(launchd, `${domain.name}/${service.label}`, service));
    if (refusal) throw refusal;
  }
}

function loaded(launchd: Launchd, name: string, service: Service): Refusal | undefined {
  if (launchd.disabled.includes(name)) return new Refusal(119, `${FAILED}: 119: Service is disabled`);
  if (launchd.services[name] || isLeaving(launchd, name)) return new Refusal(5, IO_ERROR);
  launchd.services[name] = service.runAtLoad || service.keepAlive ? begun(launchd, service) : service;
  return undefined;
}

/** As if its program ran. */
export function begun(launchd: Launchd, service: Service): Service {
  launchd.nextPid += 1;
  return { ...service, pid: launchd.nextPid, runs: service.runs + 1 };
}

/** The next call is a try more, and after enough of them the label is free. */
function isLeaving(launchd: Launchd, name: string): boolean {
  const left = launchd.leaving[name] ?? 0;
  if (left > 0) launchd.leaving[name] = left - 1;
  return left > 0;
}

function readService(file: string, session: string): Service {
  if (!existsSync(file)) throw new Refusal(5, IO_ERROR);
  if ((statSync(file).mode & 0o022) !== 0) throw new Refusal(122, `${FAILED}: 122: Path had bad ownership/permissions`);
  const plist = dictionaryOf(file);
  const label = textIn(plist, "Label");
  const program = listIn(plist, "ProgramArguments").map(String);
  if (!label || program.length === 0) throw new Refusal(5, IO_ERROR);
  const limit = textIn(plist, "LimitLoadToSessionType") ?? session;
  if (limit !== session) throw new Refusal(5, IO_ERROR);
  const { KeepAlive, RunAtLoad } = plist;
  return { label, plist: file, program, keepAlive: !!KeepAlive, runAtLoad: RunAtLoad === true, pid: 0, runs: 0 };
}

function dictionaryOf(file: string): Dictionary {
  try {
    return readDictionary(file);
  } catch {
    throw new Refusal(5, IO_ERROR);
  }
}
