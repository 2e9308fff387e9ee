import { readFileSync } from "node:fs";
import { attack, type HostileCase } from "../case.ts";

const HOW = "the filter of system calls refuses it";

/** Calls of the kernel by their numbers on x86_64 and aarch64: perl can do that, and git brings it to every host. */
const ASK = `
const ask = (name, x64, arm64, ...words) => {
  const number = process.arch === "x64" ? x64 : arm64;
  const script = 'my ($name, @words) = @ARGV; my @of = map { /^-?\\\\d+$/ ? int($_) : $_ } @words; my $number = shift @of; my $r = syscall($number, @of); print $r >= 0 ? "GOT $name $r" : "REFUSED $name " . ($! + 0), "\\\\n"';
  const r = spawnSync("perl", ["-e", script, name, String(number), ...words.map(String)], { encoding: "utf8", stdio: ["inherit", "pipe", "pipe"] });
  console.log((r.stdout + r.stderr).trim());
};
`;

function asks(name: string, script: string, says: RegExp, others: Partial<HostileCase> = {}): HostileCase {
  const wrong = ({ log }: { log: string }) =>
    /^GOT /m.test(log) ? `the kernel did it: ${log.match(/^GOT .*/m)?.[0]}` : undefined;
  return { name, files: () => attack(`${ASK}${script}`), how: HOW, says, wrong, ...others };
}

/** A program of 64 bits that asks the 32-bit way (int 0x80), and ends with the number that it was answered. */
const OLD_WAY = `
const code = Buffer.from("b814000000cd80f7d889c7b8e70000000f05", "hex");
const head = Buffer.alloc(120);
Buffer.from("7f454c4602010100", "hex").copy(head); head.writeUInt16LE(2, 16); head.writeUInt16LE(62, 18); head.writeUInt32LE(1, 20);
head.writeBigUInt64LE(0x400078n, 24); head.writeBigUInt64LE(64n, 32); head.writeUInt16LE(64, 52); head.writeUInt16LE(56, 54); head.writeUInt16LE(1, 56);
head.writeUInt32LE(1, 64); head.writeUInt32LE(5, 68); head.writeBigUInt64LE(0x400000n, 80); head.writeBigUInt64LE(0x400000n, 88);
head.writeBigUInt64LE(BigInt(120 + code.length), 96); head.writeBigUInt64LE(BigInt(120 + code.length), 104); head.writeBigUInt64LE(4096n, 112);
fs.writeFileSync("old", Buffer.concat([head, code]), { mode: 0o755 });
console.log("OLD WAY", process.arch === "x64" ? spawnSync("./old").status : 38);
`;

/** Builds that reach for the kernel itself. */
export const ASKING: readonly HostileCase[] = [
  asks(
    "leaves something in the kernel's keys of the user, for the next build",
    `ask("add_key", 248, 217, "user", "trap4711", "PWNED", 5, -4); ask("request_key", 249, 218, "user", "trap4711", 0, -4); ask("keyctl", 250, 219, 0, -4, 1);`,
    /REFUSED add_key 1\n[\s\S]*REFUSED keyctl 1\n/,
    {
      wrong: () => (readFileSync("/proc/keys", "utf8").includes("trap4711") ? "a key stayed in the kernel" : undefined),
    },
  ),
  asks(
    "reaches for the parts of the kernel that had most holes",
    `ask("bpf", 321, 280, 0, 0, 0); ask("perf_event_open", 298, 241, 0, 0, 0, 0, 0); ask("userfaultfd", 323, 282, 1);
     ask("io_uring_setup", 425, 425, 1, 0); ask("ptrace", 101, 117, 0, 0, 0, 0);`,
    /REFUSED bpf 1\n[\s\S]*REFUSED userfaultfd 1\n[\s\S]*REFUSED io_uring_setup 38\n[\s\S]*REFUSED ptrace 1\n/,
  ),
  asks(
    "makes namespaces where it is root, and mounts",
    `ask("unshare", 272, 97, 0x10000000); ask("clone", 56, 220, 0x10000011, 0, 0, 0, 0); ask("clone3", 435, 435, 0, 0);
     ask("fsopen", 430, 430, "tmpfs", 0); ask("mount", 165, 40, "none", "/tmp", "tmpfs", 0, 0); ask("setns", 308, 268, 0, 0);`,
    /REFUSED unshare 1\n[\s\S]*REFUSED clone 1\n[\s\S]*REFUSED clone3 38\n[\s\S]*REFUSED mount 1\n/,
  ),
  asks(
    "opens sockets of the kernel's ciphers, of virtual machines, of raw packets and of its firewall",
    `ask("alg", 41, 198, 38, 5, 0); ask("vsock", 41, 198, 40, 1, 0); ask("packet", 41, 198, 17, 3, 0); ask("netfilter", 41, 198, 16, 3, 12); ask("sctp", 41, 198, 2, 1, 132);`,
    /REFUSED alg 97\n[\s\S]*REFUSED vsock 97\n[\s\S]*REFUSED netfilter 93\n[\s\S]*REFUSED sctp 93\n/,
  ),
  asks(
    "types commands into the terminal of whoever reads it (TIOCSTI)",
    `ask("TIOCSTI", 16, 29, 0, 0x5412, "x"); ask("TIOCLINUX", 16, 29, 0, 0x541c, "\\x02"); ask("TIOCSETD", 16, 29, 0, 0x5423, "\\x15");`,
    /REFUSED TIOCSTI 1\n[\s\S]*REFUSED TIOCLINUX 1\n[\s\S]*REFUSED TIOCSETD 1\n/,
  ),
  asks("asks by the numbers of 32-bit programs instead", OLD_WAY, /OLD WAY (38|null)\n/),
];
