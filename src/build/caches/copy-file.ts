import { createHash, hash } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";

/** Larger files are read in pieces. */
const WHOLE_BYTES = 8 * 2 ** 20;

/** SHA-256 of a file, in hex. */
export function sha256OfFile(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(fd);
    return size <= WHOLE_BYTES ? hash("sha256", readFileSync(fd)) : inPieces(fd, () => {});
  } finally {
    closeSync(fd);
  }
}

/** How files of an entry become files of a build. */
export type CopyWay = "reflink" | "copy";

/**
 * `reflink` when the file system shares blocks until one is written to (Btrfs, XFS, APFS). Never a hard link: a build may
 * write into its files, and would write into the entry.
 */
export function copyWay(source: string, target: string): CopyWay {
  try {
    copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return "reflink";
  } catch {
    return "copy";
  }
}

/**
 * Makes `target`, which must not exist, with the bytes of `source`; answers their SHA-256: of what was written, so that
 * nothing can change in between.
 */
export function copyFile(source: string, target: string, way: CopyWay, mode: number, mtimeMs: number): string {
  if (way === "reflink") copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  const sha256 = way === "reflink" ? sha256OfFile(target) : copyBytes(source, target, mode);
  const seconds = mtimeMs / 1000;
  utimesSync(target, seconds, seconds);
  return sha256;
}

function copyBytes(source: string, target: string, mode: number): string {
  const fd = openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(fd);
    if (size <= WHOLE_BYTES) {
      const bytes = readFileSync(fd);
      writeFileSync(target, bytes, { flag: "wx", mode });
      return hash("sha256", bytes);
    }
    return copyInPieces(fd, target, mode);
  } finally {
    closeSync(fd);
  }
}

function copyInPieces(fd: number, target: string, mode: number): string {
  const out = openSync(target, "wx", mode);
  try {
    return inPieces(fd, (bytes) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(out, bytes, done);
    });
  } finally {
    closeSync(out);
  }
}

function inPieces(fd: number, take: (bytes: Buffer) => void): string {
  const digest = createHash("sha256");
  const buffer = Buffer.allocUnsafe(WHOLE_BYTES / 2);
  for (;;) {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    if (length === 0) return digest.digest("hex");
    const bytes = buffer.subarray(0, length);
    digest.update(bytes);
    take(bytes);
  }
}
