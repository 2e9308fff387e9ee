import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import tmp from "tmp-promise";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Artifact } from "../../protocol/api.ts";
import { fileNameFault, MOST_ARTIFACT_NAME } from "../../protocol/file-names.ts";
import { piecesOf } from "./answers.ts";
import { type Api, segment } from "./api.ts";
import { type Contact, type Patience, persist } from "./persist.ts";

export interface DownloadedFile {
  name: string;
  kind: Artifact["kind"];
  /** Absolute. */
  path: string;
  size: number;
  sha256: string;
}

/** One artifact and where it goes. */
export interface Download {
  build: number;
  artifact: Artifact;
  folder: string;
  onProgress: (bytes: number) => void;
}

/**
 * Writes an artifact to a temporary name in `folder`, going on where a broken connection stopped, and gives it its own
 * name (replacing an older file) once size and SHA-256 are right. Resolves with undefined when `patience.signal` aborted:
 * then nothing is left behind. Throws DOWNLOAD_BROKEN, FILE_UNWRITABLE and what the API throws.
 */
export async function downloadArtifact(
  api: Api,
  download: Download,
  patience: Patience,
): Promise<DownloadedFile | undefined> {
  const { artifact, folder } = download;
  const fault = fileNameFault(artifact.name, MOST_ARTIFACT_NAME);
  if (fault) throw broken(download, `Its name ${fault}: ${JSON.stringify(artifact.name)}`);
  const path = resolve(join(folder, artifact.name));
  const temporary = await writable(path, () =>
    tmp.file({
      tmpdir: resolve(folder),
      prefix: `.${artifact.name}`,
      postfix: ".part",
      mode: 0o666,
      discardDescriptor: true,
    }),
  );
  try {
    const sha256 = await fetchInto(api, download, temporary.path, patience);
    if (sha256 === undefined) return undefined;
    if (sha256 !== artifact.sha256) throw broken(download, `Its SHA-256 is ${sha256} and not ${artifact.sha256}.`);
    await writable(path, () => rename(temporary.path, path));
    return { name: artifact.name, kind: artifact.kind, path, size: artifact.size, sha256 };
  } finally {
    await temporary.cleanup().catch(() => {}); // it is gone already when it was renamed
  }
}

/** Resolves with the SHA-256 of what was written, or undefined when the signal aborted. */
async function fetchInto(api: Api, download: Download, file: string, patience: Patience): Promise<string | undefined> {
  const { artifact } = download;
  const handle = await writable(file, () => open(file, "w"));
  let hash = createHash("sha256");
  let written = 0;
  const attempt = async (contact: Contact) => {
    const path = `/builds/${segment(download.build)}/artifacts/${segment(artifact.id)}`;
    const headers: Record<string, string> = written > 0 ? { Range: `bytes=${written}-` } : {};
    const response = await api.openFile(path, { headers, signal: patience.signal });
    contact.answered();
    if (written > 0 && response.statusCode !== 206) {
      hash = createHash("sha256");
      written = 0;
    }
    for await (const bytes of piecesOf(response, api.url)) {
      if (patience.signal.aborted) return true;
      await writable(file, () => handle.write(bytes, 0, bytes.length, written));
      hash.update(bytes);
      written += bytes.length;
      if (written > artifact.size) throw broken(download, `It is longer than ${artifact.size} bytes.`);
      download.onProgress(written);
      contact.advanced();
    }
    if (written < artifact.size) throw broken(download, `It ended after ${written} of ${artifact.size} bytes.`);
    return true;
  };
  try {
    await persist(attempt, patience);
    return patience.signal.aborted ? undefined : hash.digest("hex");
  } finally {
    await handle.close();
  }
}

function broken(download: Download, reason: string): Error {
  return errorOf("DOWNLOAD_BROKEN", { file: download.artifact.name, build: download.build, reason });
}

async function writable<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw errorOf("FILE_UNWRITABLE", { file, reason: (cause as Error).message }, { cause });
  }
}
