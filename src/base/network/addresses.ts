import { BlockList, isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** IANA's special-purpose addresses: of this host, its link and its site, of documentation, and those that wrap others. */
const SPECIAL_4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
];
const SPECIAL_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
/** All other addresses of IPv6 are none of the public network. */
const GLOBAL_6 = "2000::/3";

const special = blockList([...SPECIAL_4, ...SPECIAL_6]);
const global6 = blockList([GLOBAL_6]);

/** A list of addresses (`10.0.0.5`) and ranges (`10.0.0.0/8`, `fd00::/8`). Throws for other texts. */
export function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Whether a list holds an address; one of IPv4 that is written as IPv6 is what it stands for. */
export function holds(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(address));
}

/** Whether an address is one of the public network, and none of this host's own. */
export function isPublic(address: string): boolean {
  if (holds(special, address) || ownAddresses().includes(address)) return false;
  return isIPv4(address) || holds(global6, address);
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map((one) => one.address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  if (isIPv4(address)) return "ipv4";
  if (isIPv6(address) && !address.includes("%")) return "ipv6";
  throw new Error(`${address} is no address`);
}
