import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** So long what a file says is believed, so that keys can be changed without a restart. */
const BELIEVED_MS = 600_000;

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration: Date;
}

/**
 * Credentials out of a file of NAME=VALUE lines with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and perhaps AWS_SESSION_TOKEN.
 * Throws BLOBS_CREDENTIALS_MISSING, which never shows what stands in the file.
 */
export function credentialsOfFile(file: string): () => Promise<Credentials> {
  return async () => {
    const found = parseEnv(
      await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
        throw errorOf("BLOBS_CREDENTIALS_MISSING", { reason: `The file ${file} can't be read (${cause.code}).` });
      }),
    );
    const accessKeyId = found["AWS_ACCESS_KEY_ID"];
    const secretAccessKey = found["AWS_SECRET_ACCESS_KEY"];
    if (!accessKeyId || !secretAccessKey) {
      const reason = `The file ${file} must have the lines AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=….`;
      throw errorOf("BLOBS_CREDENTIALS_MISSING", { reason });
    }
    const sessionToken = found["AWS_SESSION_TOKEN"];
    const expiration = new Date(Date.now() + BELIEVED_MS);
    return { accessKeyId, secretAccessKey, expiration, ...(sessionToken ? { sessionToken } : {}) };
  };
}
