/** The bytes of a build's log at an offset: each build has its own, and no two places near each other are alike. */
export function pieceOf(build: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) {
    const at = offset + index;
    bytes[index] = (at * 31 + (at >>> 8) * 17 + build * 101) & 0xff;
  }
  return bytes;
}
