/** One instruction of the kernel's filter machine: `struct sock_filter` of linux/filter.h. */
export interface Instruction {
  code: number;
  /** How many instructions are left out when the comparison holds, and when it doesn't. At most 255. */
  ifTrue: number;
  ifFalse: number;
  value: number;
}

/** BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K and so on. */
const LOAD = 0x20;
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;

/** Offsets in `struct seccomp_data`. Of an argument only the lower half is looked at: the kernel takes no more of those looked at here. */
export const NUMBER = 0;
export const ARCHITECTURE = 4;
export function argument(index: number): number {
  return 16 + 8 * index;
}

export function load(offset: number): Instruction {
  return { code: LOAD, ifTrue: 0, ifFalse: 0, value: offset };
}

export function allow(): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, value: ALLOW };
}

/** The call does nothing and answers this number of errno.h. */
export function refuse(errno: number): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, value: ERRNO | errno };
}

/** Each of these runs `body` where what was loaded last is so, and else goes on behind it. */
export function whenEqual(value: number, body: readonly Instruction[]): Instruction[] {
  return when(EQUAL, value, body);
}

export function whenAtLeast(value: number, body: readonly Instruction[]): Instruction[] {
  return when(AT_LEAST, value, body);
}

export function whenAnyBit(bits: number, body: readonly Instruction[]): Instruction[] {
  return when(ANY_BIT, bits, body);
}

export function unlessEqual(value: number, body: readonly Instruction[]): Instruction[] {
  return [{ code: EQUAL, ifTrue: body.length, ifFalse: 0, value }, ...body];
}

function when(code: number, value: number, body: readonly Instruction[]): Instruction[] {
  if (body.length > 255) throw new Error("the filter jumps too far");
  return [{ code, ifTrue: 0, ifFalse: body.length, value }, ...body];
}

/** As the kernel reads it, 8 bytes each; for little-endian processors, which are all that have a table here. */
export function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
