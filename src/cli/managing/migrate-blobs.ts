import { errorOf } from "../../base/errors/millwright-error.ts";
import { systemClock } from "../../base/time/clock.ts";
import { formatSize } from "../../base/units.ts";
import type { UploadLedger } from "../../controller/blobs/bucket-uploads.ts";
import { copyBlobs } from "../../controller/blobs/copy-blobs.ts";
import { type BlobsOptions, openBlobs } from "../../controller/blobs/open-blobs.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

const MOST_NAMED = 20;

export interface MigrateBlobs {
  from: string;
  to: string;
  fromCredentials?: string;
  toCredentials?: string;
  sizesOnly?: boolean;
}

/** Whole files only are copied: nothing is on its way in. */
const NO_UPLOADS: UploadLedger = {
  find: async () => undefined,
  begin: async (_, upload) => upload,
  forget: async () => {},
  leftovers: async () => [],
  uploads: async () => new Set(),
};

/** `millwright controller migrate-blobs`. Throws BLOBS_COPY_DIFFERS and what the two places throw. */
export async function migrateBlobs(session: Session, options: MigrateBlobs): Promise<number> {
  const from = await openBlobs(placeOf(options.from, options.fromCredentials), NO_UPLOADS, systemClock);
  const to = await openBlobs(placeOf(options.to, options.toCredentials), NO_UPLOADS, systemClock);
  const report = await copyBlobs(from, to, {
    sizesOnly: options.sizesOnly === true,
    onCopied: (key, size) => session.output.note(`${key} (${formatSize(size)})`),
  });
  const { copied, copiedBytes, there, wrong } = report;
  if (wrong.length > 0) {
    const more = wrong.length > MOST_NAMED ? [`and ${wrong.length - MOST_NAMED} more`] : [];
    const detail = [...wrong.slice(0, MOST_NAMED), ...more].join("\n");
    throw errorOf("BLOBS_COPY_DIFFERS", { count: wrong.length }, { detail });
  }
  session.answer({ ...report, from: from.place, to: to.place }, (output) => {
    output.line(`${copied} copied (${formatSize(copiedBytes)}), ${there} were there and are the same: ${to.place}`);
  });
  return EXIT.success;
}

function placeOf(address: string, credentialsFile: string | undefined): BlobsOptions {
  return { address, ...(credentialsFile === undefined ? {} : { credentialsFile }) };
}
