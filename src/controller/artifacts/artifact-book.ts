import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { fileNameFault, MOST_ARTIFACT_NAME } from "../../protocol/file-names.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { contentKey } from "../blobs/folder-blobs.ts";
import { whyStale } from "../queue/transitions.ts";
import type { UploadClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";
import type { ArtifactRow } from "../store/tables.ts";

const PART_BYTES = 16 * 2 ** 20;
const URL_MS = 3_600_000;

export interface Declaration {
  name: string;
  kind: string;
  size: number;
  sha256: string;
  metadata: string;
}

export interface Part {
  number: number;
  offset: number;
  size: number;
  url: string;
}

/** Artifacts on their way in: declared, filled part by part over HTTP, checked and stored. */
export class ArtifactBook {
  private readonly services: Services;

  constructor(services: Services) {
    this.services = services;
  }

  /** The parts still missing, with an address for each; none when that content is stored already. Throws STALE_LEASE. */
  async create(ref: LeaseRef, declaration: Declaration): Promise<{ id: string; complete: boolean; parts: Part[] }> {
    checkDeclaration(declaration);
    const appId = await this.appUnderLiveLease(ref);
    const { store, blobs } = this.services;
    const row = await store.artifacts.declare(ref, { build_id: ref.buildId, lease_id: ref.leaseId, ...declaration });
    if (row.stored) return { id: row.id, complete: true, parts: [] };
    if (blobs.has(contentKey(row.sha256)) && (await store.artifacts.isKnown(row.sha256, appId))) {
      await store.artifacts.markStored(ref, row.id);
      return { id: row.id, complete: true, parts: [] };
    }
    return { id: row.id, complete: false, parts: await this.missingParts(ref, row) };
  }

  /** Checks the whole file and stores it. Answers the parts to send again when its hash is not the declared one. */
  async commit(ref: LeaseRef, artifactId: string): Promise<{ complete: boolean; missing: number[] }> {
    await this.appUnderLiveLease(ref);
    const { store, blobs } = this.services;
    const row = await store.artifacts.find(artifactId);
    if (!row || row.lease_id !== ref.leaseId) {
      throw errorOf("NOT_FOUND", {
        kind: "artifact",
        name: artifactId,
        reason: "This lease declared none of that id.",
      });
    }
    if (row.stored) return { complete: true, missing: [] };
    const missing = (await this.missingParts(ref, row)).map((part) => part.number);
    if (missing.length > 0) return { complete: false, missing };
    if (!(await blobs.keepIncoming(row.id, row.size, row.sha256))) {
      await store.artifacts.forgetParts(row.id);
      await blobs.dropIncoming(row.id);
      return { complete: false, missing: partsOf(row.size).map((part) => part.number) };
    }
    await store.artifacts.markStored(ref, row.id);
    return { complete: true, missing: [] };
  }

  /** The lease whose fence is checked once more when a part arrives. */
  async mayUpload(claims: UploadClaims): Promise<boolean> {
    const view = await this.services.store.leases.view(claims.lease);
    return view !== undefined && view.lease.fence === claims.fence && !whyStale(view.build, view.lease);
  }

  private async missingParts(ref: LeaseRef, row: Selectable<ArtifactRow>): Promise<Part[]> {
    const { store, signer, clock, publicUrl } = this.services;
    const done = new Set(await store.artifacts.parts(row.id));
    const common = { use: "upload" as const, artifact: row.id, lease: ref.leaseId, fence: ref.fence };
    return partsOf(row.size)
      .filter((part) => !done.has(part.number))
      .map((part) => {
        const { number, offset, size } = part;
        const claims: UploadClaims = { ...common, part: number, offset, size, exp: clock.now() + URL_MS };
        return { ...part, url: `${publicUrl()}/uploads/${signer.sign(claims)}` };
      });
  }

  private async appUnderLiveLease(ref: LeaseRef): Promise<string> {
    const view = await this.services.store.leases.view(ref.leaseId);
    const stale = view ? whyStale(view.build, view.lease) : "the controller doesn't know this lease";
    if (stale) throw errorOf("STALE_LEASE", { reason: `${stale}.` });
    const build = await this.services.store.builds.find(ref.buildId);
    return build?.app_id ?? "";
  }
}

function partsOf(size: number): Omit<Part, "url">[] {
  const count = Math.max(1, Math.ceil(size / PART_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * PART_BYTES;
    return { number: index + 1, offset, size: Math.min(PART_BYTES, size - offset) };
  });
}

function checkDeclaration({ name, size, sha256, metadata }: Declaration): void {
  const fault = fileNameFault(name, MOST_ARTIFACT_NAME);
  const problem = fault
    ? `The file name ${JSON.stringify(name)} is not allowed: it ${fault}.`
    : !Number.isSafeInteger(size) || size < 0
      ? "The size is not a number of bytes."
      : !/^[0-9a-f]{64}$/.test(sha256)
        ? "The SHA-256 has not 32 bytes."
        : metadata.length > 65_536
          ? "The metadata is larger than 64 KiB."
          : undefined;
  if (problem) throw errorOf("MESSAGE_REFUSED", { reason: problem });
}
