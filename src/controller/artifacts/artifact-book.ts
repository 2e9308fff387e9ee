import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { fileNameFault, MOST_ARTIFACT_NAME } from "../../protocol/file-names.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { contentKey, type PartPlace } from "../blobs/blobs.ts";
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

export interface Part extends PartPlace {
  url: string;
}

/** Artifacts on their way in: declared, filled part by part over HTTP, checked and stored. */
export class ArtifactBook {
  private readonly services: Services;
  /** Commits that are under way: an agent that lost patience asks again, and a large file is read only once. */
  private readonly underWay = new Map<string, Promise<boolean>>();

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
    if ((await store.artifacts.isKnown(row.sha256, appId)) && (await blobs.has(contentKey(row.sha256)))) {
      await store.artifacts.markStored(ref, row.id);
      return { id: row.id, complete: true, parts: [] };
    }
    const missing = await this.missingParts(row);
    return { id: row.id, complete: false, parts: await this.withAddresses(ref, row.id, missing) };
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
    const missing = (await this.missingParts(row)).map((part) => part.number);
    if (missing.length > 0) return { complete: false, missing };
    if (!(await this.keep(row))) {
      await store.artifacts.forgetParts(row.id);
      await blobs.intake.drop(row.id);
      return { complete: false, missing: partsOf(row.size).map((part) => part.number) };
    }
    await store.artifacts.markStored(ref, row.id);
    await this.dropIncoming(row.id);
    return { complete: true, missing: [] };
  }

  /** The lease whose fence is checked once more when a part arrives. */
  async mayUpload(claims: UploadClaims): Promise<boolean> {
    const view = await this.services.store.leases.view(claims.lease);
    return view !== undefined && view.lease.fence === claims.fence && !whyStale(view.build, view.lease);
  }

  private async missingParts(row: Selectable<ArtifactRow>): Promise<PartPlace[]> {
    const { store, blobs } = this.services;
    const all = partsOf(row.size);
    const done = new Set((await blobs.intake.arrived(row.id, all)) ?? (await store.artifacts.parts(row.id)));
    return all.filter((part) => !done.has(part.number));
  }

  /** Each part with where it is to be put: to the blob store itself, or to us. */
  private async withAddresses(ref: LeaseRef, artifact: string, parts: readonly PartPlace[]): Promise<Part[]> {
    const { blobs, signer, clock, publicUrl } = this.services;
    const direct = await blobs.intake.addresses(artifact, parts, URL_MS);
    const common = { use: "upload" as const, artifact, lease: ref.leaseId, fence: ref.fence };
    return parts.map((part, index) => {
      const { number, offset, size } = part;
      const claims: UploadClaims = { ...common, part: number, offset, size, exp: clock.now() + URL_MS };
      return { ...part, url: direct?.[index] ?? `${publicUrl()}/uploads/${signer.sign(claims)}` };
    });
  }

  private keep(row: Selectable<ArtifactRow>): Promise<boolean> {
    const { intake } = this.services.blobs;
    const kept =
      this.underWay.get(row.id) ??
      intake.keep(row.id, partsOf(row.size), row.sha256).finally(() => this.underWay.delete(row.id));
    this.underWay.set(row.id, kept);
    return kept;
  }

  /** The file is stored: what is left of its arrival may also go later. */
  private async dropIncoming(artifact: string): Promise<void> {
    const { blobs, logger } = this.services;
    await blobs.intake.drop(artifact).catch((error: unknown) => {
      logger.warn({ err: error, artifact }, "an upload that is done could not be removed; the sweeper does it");
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

function partsOf(size: number): PartPlace[] {
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
