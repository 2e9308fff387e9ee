import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { splitAddress } from "../../base/config/host-port.ts";
import { outputOf } from "./ask.ts";
import { type Check, ok, wrong } from "./check.ts";

const NAMED = { id: "dns", title: "DNS" };
const PATIENCE_MS = 5_000;
const NEXT = "See what the host asks: getent hosts NAME, /etc/resolv.conf; on a Mac: dscacheutil -q host -a name NAME";

interface Looked {
  name: string;
  said: string;
  found: boolean;
}

/**
 * Looks the controller up, where an address is given, and the registry that npm of builds asks. Without its controller the
 * agent is alone; without the registry builds may still work, from a cache or by a proxy that looks it up itself.
 */
export async function checkDns(
  controller: string | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<Check> {
  const registry = await registryOf(environment);
  const host = controller === undefined ? undefined : splitAddress(controller).host;
  const ofController = host === undefined ? undefined : await look(host);
  const ofRegistry = registry === undefined ? undefined : await look(registry);
  const all = [ofController, ofRegistry].filter((each) => each !== undefined);
  const found = all.map(({ name, said }) => `${name}: ${said}`).join("; ") || "No name to look up.";
  if (ofController?.found === false) return wrong(NAMED, "failed", found, NEXT);
  if (ofRegistry?.found === false) return wrong(NAMED, "warning", `${found} (npm's registry)`, NEXT);
  return ok(NAMED, found);
}

async function registryOf(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  const said = (await outputOf("npm", ["config", "get", "registry"], environment))?.trim() ?? "";
  return URL.canParse(said) ? new URL(said).hostname : undefined;
}

async function look(name: string): Promise<Looked> {
  if (isIP(name) !== 0) return { name, said: "an address, which needs no look-up", found: true };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    const addresses = await Promise.race([lookup(name, { all: true }), late]);
    return { name, said: addresses.map(({ address }) => address).join(", "), found: true };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { name, said: code === "ENOTFOUND" ? "no such name" : (code ?? message), found: false };
  } finally {
    clearTimeout(timer);
  }
}
