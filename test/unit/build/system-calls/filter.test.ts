import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { expect, test } from "vitest";
import { systemCallFilter, whyNoFilter } from "../../../../src/build/system-calls/filter.ts";
import { ARCHITECTURES, NUMBERS, numberOf, type SystemCall } from "../../../../src/build/system-calls/numbers.ts";

const { EPERM, ENOSYS, EAFNOSUPPORT, EPROTONOSUPPORT } = constants.errno;
const PROCESSORS = ["x64", "arm64"];

/** What the kernel would do with this call: 0 for "go on", or the number that the call answers. */
function decide(
  processor: string,
  number: number,
  values: number[] = [],
  architecture = ARCHITECTURES[processor] ?? 0,
) {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(architecture, 4);
  for (const [index, value] of values.entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * index);
  const program = systemCallFilter(processor);
  let loaded = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const [code, value] = [program.readUInt16LE(at * 8), program.readUInt32LE(at * 8 + 4)];
    if (code === 0x20) loaded = data.readUInt32LE(value);
    else if (code === 0x06) return value === 0x7fff0000 ? 0 : value - 0x00050000;
    else {
      const holds = { 21: loaded === value, 53: loaded >= value, 69: (loaded & value) !== 0 }[code];
      if (holds === undefined)
        throw new Error(`an instruction ${code} that the kernel's memory of allowed calls lacks`);
      at += program.readUInt8(at * 8 + (holds ? 2 : 3));
    }
  }
  throw new Error("the program has no end");
}

function call(processor: string, name: SystemCall, ...values: number[]): number {
  return decide(processor, numberOf(name, processor) ?? -1, values);
}

for (const processor of PROCESSORS) {
  test(`On ${processor} what builds need goes on, and the rest is refused and kills nobody`, () => {
    const of = (name: SystemCall, ...values: number[]) => call(processor, name, ...values);
    expect(decide(processor, processor === "x64" ? 59 : 221)).toBe(0); // execve
    expect(of("keyctl")).toBe(EPERM);
    expect(of("ptrace", 16)).toBe(EPERM);
    expect(of("mount")).toBe(EPERM);
    expect(of("clone3")).toBe(ENOSYS);
    expect(of("io_uring_setup")).toBe(ENOSYS);
    expect(of("clone", 0x1200011)).toBe(0); // fork
    expect(of("clone", 0x3d0f00)).toBe(0); // a thread
    for (const bit of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(of("clone", bit | 17)).toBe(EPERM);
      expect(of("unshare", bit)).toBe(EPERM);
    }
    expect(of("unshare", 0x80)).toBe(EPERM);
    expect(of("unshare", 0x400)).toBe(0); // CLONE_FILES
    expect(of("personality", 0xffffffff)).toBe(0);
    expect(of("personality", 0x0400000)).toBe(EPERM); // READ_IMPLIES_EXEC
  });

  test(`On ${processor} sockets are for files, the internet and lists of addresses; terminals can't be spoken for`, () => {
    const of = (name: SystemCall, ...values: number[]) => call(processor, name, ...values);
    expect([1, 2, 10, 16].map((family) => of("socket", family, 1, 0))).toEqual([0, 0, 0, 0]);
    expect(of("socket", 2, 2, 17)).toBe(0);
    for (const family of [0, 17, 29, 30, 31, 38, 40]) expect(of("socket", family, 3, 0)).toBe(EAFNOSUPPORT);
    expect(of("socket", 2, 1, 132)).toBe(EPROTONOSUPPORT); // SCTP
    expect(of("socket", 16, 3, 12)).toBe(EPROTONOSUPPORT); // NETLINK_NETFILTER
    expect(of("socketpair", 1, 1)).toBe(0);
    expect(of("socketpair", 30, 1)).toBe(EAFNOSUPPORT);
    expect([0x5412, 0x541c, 0x541d, 0x5423].map((request) => of("ioctl", 0, request))).toEqual(Array(4).fill(EPERM));
    expect(of("ioctl", 0, 0x5413)).toBe(0); // the size of a terminal
  });

  test(`On ${processor} each call of the table is refused for some arguments`, () => {
    const bad: Partial<Record<SystemCall, number[]>> = {
      ioctl: [0, 0x5412],
      clone: [0x10000000],
      unshare: [0x10000000],
      personality: [8],
      socket: [40],
      socketpair: [40],
    };
    for (const name of Object.keys(NUMBERS) as SystemCall[]) {
      if (numberOf(name, processor) !== undefined)
        expect([name, call(processor, name, ...(bad[name] ?? []))]).not.toContain(0);
    }
  });
}

test("Programs for another processor get no call, so that they can't go round the table by other numbers", () => {
  expect(decide("x64", 11, [], 0x40000003)).toBe(ENOSYS); // i386
  expect(decide("arm64", 11, [], 0x40000028)).toBe(ENOSYS); // arm
  expect(decide("x64", 0x40000000 + 250)).toBe(ENOSYS); // x32
  expect(whyNoFilter("riscv64")).toMatch(/no filter of system calls for processors of riscv64/);
});

const HEADERS: [string, string, RegExp][] = [
  ["x64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", /^#define __NR_(\w+) (\d+)$/gm],
  ["arm64", "/usr/include/asm-generic/unistd.h", /^#define __NR(?:3264)?_(\w+) (\d+)$/gm],
];
for (const [processor, file, form] of HEADERS) {
  test(`The numbers of ${processor} are those of this system's headers`, (context) => {
    if (!existsSync(file)) return context.skip(`there is no ${file} here`);
    const said = new Map([...readFileSync(file, "utf8").matchAll(form)].map((each) => [each[1], Number(each[2])]));
    const known = (Object.keys(NUMBERS) as SystemCall[]).filter((name) => said.has(name));
    expect(known.length).toBeGreaterThan(40);
    for (const name of known) expect([name, numberOf(name, processor)]).toEqual([name, said.get(name)]);
  });
}
