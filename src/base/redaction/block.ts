/** Needles are found by blocks of so many bytes. */
export const BLOCK = 4;
/** The bytes are looked at every two places only. */
export const STRIDE = 2;
/** So many bytes in a row hold a whole block at one of these places, wherever they stand. */
export const WINDOW = BLOCK + STRIDE - 1;

/** Four bytes as one number. */
export function blockAt(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
