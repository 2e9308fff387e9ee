import { formatSize } from "../../base/units.ts";

/** A file that was chosen, as requests carry it. */
export interface ChosenFile {
  fileName: string;
  base64: string;
  size: number;
}

/** Reads a file into memory; a text for people when it is too large, empty or can't be read. */
export async function readFile(file: File, mostBytes: number): Promise<ChosenFile | string> {
  const fault = sizeFault(file, mostBytes);
  if (fault !== undefined) return fault;
  const bytes = await file.arrayBuffer().catch(() => undefined);
  if (!bytes) return `${file.name} can't be read. Was it moved or changed meanwhile? Choose it again.`;
  return { fileName: file.name, base64: base64Of(new Uint8Array(bytes)), size: file.size };
}

/** Why a file isn't taken, before it is read. */
export function sizeFault({ name, size }: { name: string; size: number }, mostBytes: number): string | undefined {
  if (size === 0) return `${name} is empty.`;
  if (size <= mostBytes) return undefined;
  return `${name} has ${formatSize(size)}; at most ${formatSize(mostBytes)} are taken. Is it the right file?`;
}

/** In pieces: a call takes only so many arguments. */
export function base64Of(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}
