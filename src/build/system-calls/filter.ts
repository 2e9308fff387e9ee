import { constants } from "node:os";
import {
  ARCHITECTURE,
  allow,
  argument,
  assemble,
  type Instruction,
  load,
  NUMBER,
  refuse,
  unlessEqual,
  whenAnyBit,
  whenAtLeast,
  whenEqual,
} from "./bpf.ts";
import { ARCHITECTURES, NUMBERS, numberOf, type SystemCall } from "./numbers.ts";

const { EPERM, ENOSYS, EAFNOSUPPORT, EPROTONOSUPPORT } = constants.errno;

/** On x86_64 those of x32 begin here. */
const X32 = 0x40000000;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; NEWTIME means something else to clone. */
const NEW_NAMESPACES = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000;
const NEW_TIME = 0x80;

/** What puts words into the mouth of a terminal, or loads drivers of serial lines: TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD. */
const TERMINAL_REQUESTS = [0x5412, 0x541c, 0x541d, 0x5423];

const UNIX = 1;
const INTERNET = [2, 10];
const NETLINK = 16;
/** NETLINK_ROUTE, by which node and Java list addresses. */
const ROUTE = 0;
/** IPPROTO_IP (any), ICMP, TCP, UDP, ICMPV6: all others would load parts of the kernel that builds don't need. */
const INTERNET_PROTOCOLS = [0, 1, 6, 17, 58];
/** PER_LINUX, and the question what it is. */
const PERSONALITIES = [0, 0xffffffff];

/** Those that are looked at more closely, first. clone3 hides its flags in memory: without it C libraries take clone. */
function rules(): Partial<Record<SystemCall, Instruction[]>> {
  return {
    ioctl: [load(argument(1)), ...TERMINAL_REQUESTS.flatMap((each) => whenEqual(each, [refuse(EPERM)])), allow()],
    clone: [load(argument(0)), ...whenAnyBit(NEW_NAMESPACES, [refuse(EPERM)]), allow()],
    unshare: [load(argument(0)), ...whenAnyBit(NEW_NAMESPACES | NEW_TIME, [refuse(EPERM)]), allow()],
    socket: [
      load(argument(0)),
      ...whenEqual(UNIX, [allow()]),
      ...whenEqual(NETLINK, only(2, [ROUTE], EPROTONOSUPPORT)),
      ...INTERNET.flatMap((family) => whenEqual(family, only(2, INTERNET_PROTOCOLS, EPROTONOSUPPORT))),
      refuse(EAFNOSUPPORT),
    ],
    socketpair: only(0, [UNIX], EAFNOSUPPORT),
    personality: only(0, PERSONALITIES, EPERM),
    clone3: [refuse(ENOSYS)],
    // Programs that would use it ask first whether there is any.
    io_uring_setup: [refuse(ENOSYS)],
    io_uring_enter: [refuse(ENOSYS)],
    io_uring_register: [refuse(ENOSYS)],
  };
}

function only(index: number, values: readonly number[], errno: number): Instruction[] {
  return [load(argument(index)), ...values.flatMap((value) => whenEqual(value, [allow()])), refuse(errno)];
}

/** Why commands of builds can't be filtered on this processor; undefined where they can. */
export function whyNoFilter(processor: string): string | undefined {
  return processor in ARCHITECTURES ? undefined : `There is no filter of system calls for processors of ${processor}.`;
}

/**
 * The program that bubblewrap gives to the kernel (`--seccomp`): it refuses what builds don't need and what holes of kernels
 * were reached by. It kills nobody: a refused call fails as if the kernel didn't know it or allow it. Programs for other
 * processors (32-bit ones, x32) get no call at all. The kernel remembers which calls are allowed whatever their arguments
 * are, so that only the few that are looked at more closely run the filter.
 */
export function systemCallFilter(processor: string): Buffer {
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined) throw new Error(whyNoFilter(processor));
  const looked: Partial<Record<SystemCall, Instruction[]>> = rules();
  const calls = (Object.keys(NUMBERS) as SystemCall[]).flatMap((call) => {
    const number = numberOf(call, processor);
    return number === undefined ? [] : whenEqual(number, looked[call] ?? [refuse(EPERM)]);
  });
  return assemble([
    load(ARCHITECTURE),
    ...unlessEqual(architecture, [refuse(ENOSYS)]),
    load(NUMBER),
    ...(processor === "x64" ? whenAtLeast(X32, [refuse(ENOSYS)]) : []),
    ...calls,
    allow(),
  ]);
}
