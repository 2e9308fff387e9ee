import { BlockList, isIPv4, isIPv6 } from "node:net";

type Subnet = readonly [address: string, prefix: number];

/** Never asked, whatever the operator allows: metadata services of clouds, link-local, multicast and addresses of nothing. */
const NEVER: readonly Subnet[] = [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["::", 128],
  ["fe80::", 10],
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
  ["ff00::", 8],
];

const PRIVATE: readonly Subnet[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["::1", 128],
  ["fc00::", 7],
  ["fec0::", 10],
];

/** Prefixes of IPv6 addresses that stand for the IPv4 address in the groups from `from` on. */
const EMBEDDING = [
  { subnet: ["::ffff:0:0", 96], from: 6 },
  { subnet: ["64:ff9b::", 96], from: 6 },
  { subnet: ["2002::", 16], from: 1 },
] as const satisfies { subnet: Subnet; from: number }[];

/** Says to which addresses webhooks may go. */
export class AddressRules {
  private readonly never = blockListOf(NEVER);
  private readonly private = blockListOf(PRIVATE);
  private readonly embedding = EMBEDDING.map(({ subnet, from }) => ({ list: blockListOf([subnet]), from }));
  private readonly toPrivate: boolean;

  constructor(toPrivateNetworks: boolean) {
    this.toPrivate = toPrivateNetworks;
  }

  /** Why nothing may be sent to this IP address; undefined when it may. */
  whyNot(address: string): string | undefined {
    const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
    const all = [plain, ...this.embedded(plain)];
    if (all.some((each) => listed(this.never, each))) return `webhooks never go to ${plain}`;
    if (!this.toPrivate && all.some((each) => listed(this.private, each)))
      return `this controller sends no webhooks to private networks, and ${plain} is in one`;
    return undefined;
  }

  /** The IPv4 address that an IPv6 address stands for, if it does. */
  private embedded(address: string): string[] {
    if (!isIPv6(address)) return [];
    return this.embedding.filter(({ list }) => listed(list, address)).map(({ from }) => ipv4At(address, from));
  }
}

function blockListOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIPv4(address) ? "ipv4" : "ipv6");
  return list;
}

/** What is no IP address is listed: nobody asks it by accident. */
function listed(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, "ipv4");
  return isIPv6(address) ? list.check(address, "ipv6") : true;
}

function ipv4At(address: string, from: number): string {
  const [high = 0, low = 0] = groupsOf(address).slice(from);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes every IPv6 address in one way, without dots.
  const [left = "", right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const numbers = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [numbers(left), numbers(right ?? "")];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
