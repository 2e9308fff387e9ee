import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListPartsCommand,
} from "@aws-sdk/client-s3";
import { type Bucket, QUICK_MS } from "./bucket.ts";

/** Which upload an incoming file has: kept in the store, so that any controller goes on with it. */
export interface UploadLedger {
  find(incoming: string): Promise<string | undefined>;
  /** Remembers an upload unless there is one already; answers the one that holds. */
  begin(incoming: string, upload: string): Promise<string>;
  forget(incoming: string): Promise<void>;
  /** Incoming files that nobody goes on with: their artifact is stored or gone, or its attempt has ended. */
  leftovers(): Promise<string[]>;
  /** The uploads of all incoming files. */
  uploads(): Promise<Set<string>>;
}

/** The parts of an upload by their number; undefined when there is no such upload. */
export async function arrivedParts(
  bucket: Bucket,
  key: string,
  upload: string,
): Promise<Map<number, { size: number; tag: string }> | undefined> {
  const parts = new Map<number, { size: number; tag: string }>();
  for (let marker: string | undefined, more = true; more; ) {
    const after = marker === undefined ? {} : { PartNumberMarker: marker };
    const request = { ...bucket.object(key), UploadId: upload, ...after };
    const page = await bucket.askFor("list the parts of an upload", QUICK_MS, (limit) =>
      bucket.client.send(new ListPartsCommand(request), limit),
    );
    if (!page) return undefined;
    for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
      parts.set(PartNumber ?? 0, { size: Size ?? 0, tag: ETag ?? "" });
    }
    marker = page.NextPartNumberMarker;
    more = page.IsTruncated === true && marker !== undefined;
  }
  return parts;
}

/** Uploads of our part of the bucket that began before that moment (milliseconds since 1970). */
export async function oldUploads(bucket: Bucket, before: number): Promise<{ key: string; id: string }[]> {
  const { bucket: name, prefix } = bucket.address;
  const old: { key: string; id: string }[] = [];
  let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (marker) {
    const request: ListMultipartUploadsCommandInput = { Bucket: name, Prefix: prefix, ...marker };
    const page = await bucket.ask("list unfinished uploads", QUICK_MS, (limit) =>
      bucket.client.send(new ListMultipartUploadsCommand(request), limit),
    );
    for (const { Key = "", UploadId = "", Initiated } of page.Uploads ?? []) {
      if ((Initiated?.getTime() ?? before) < before) old.push({ key: Key.slice(prefix.length), id: UploadId });
    }
    const next = { KeyMarker: page.NextKeyMarker ?? "", UploadIdMarker: page.NextUploadIdMarker ?? "" };
    marker = page.IsTruncated && next.KeyMarker !== "" ? next : undefined;
  }
  return old;
}
