/** Names of processors by CPU_TYPE of mach/machine.h; arm64e is a subtype of arm64. */
const PROCESSORS: Readonly<Record<number, string>> = {
  7: "i386",
  12: "armv7",
  16777223: "x86_64",
  16777228: "arm64",
};
const ARM64 = 0x0100000c;
const ARM64E = 2;

const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;
const THIN = [0xfeedface, 0xfeedfacf];
/** A Java class has the same first bytes as a fat file, and a version where that has its count. */
const MOST_PARTS = 16;

/** How many bytes of the beginning `machOArchitectures` wants. */
export const MACH_O_HEAD = 4096;

/** The architectures that the head of a Mach-O file names; empty when it is none. */
export function machOArchitectures(head: Buffer): string[] {
  if (head.length < 12) return [];
  if (THIN.includes(head.readUInt32LE(0))) return [nameOf(head.readUInt32LE(4), head.readUInt32LE(8))];
  const magic = head.readUInt32BE(0);
  const count = head.readUInt32BE(4);
  if ((magic !== FAT && magic !== FAT_64) || count > MOST_PARTS) return [];
  const size = magic === FAT ? 20 : 32;
  const places = [...Array(count).keys()].map((index) => 8 + index * size).filter((at) => at + 8 <= head.length);
  return places.map((at) => nameOf(head.readUInt32BE(at), head.readUInt32BE(at + 4)));
}

function nameOf(type: number, subtype: number): string {
  // The highest byte of a subtype holds flags.
  if (type === ARM64 && (subtype & 0xffffff) === ARM64E) return "arm64e";
  return PROCESSORS[type] ?? `processor ${type}`;
}
