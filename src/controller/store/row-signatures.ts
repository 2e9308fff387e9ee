import { errorOf } from "../../base/errors/millwright-error.ts";

/** What is signed of each kind of row: all that decides what an agent is told to run. A later release only adds kinds. */
const COLUMNS = {
  app: [
    "id",
    "account_id",
    "name",
    "git_url",
    "subfolder",
    "git_username",
    "own_remote",
    "timeout_minutes",
    "trusted_branches",
  ],
  setting: ["account_id", "kind", "name", "shown"],
  automation: ["id", "app_id", "name", "branches", "request", "enabled"],
  push: ["app_id", "delivery", "source", "branch", "sha"],
  build: [
    ...["id", "app_id", "account_id", "requested_by", "branch", "automation_id", "created_at"],
    ...["kind", "platform", "build_type", "package_type", "commit_ref", "target_platform", "requirement", "notice"],
    ...["environment", "native_config", "security_profile", "build_file_name", "trust"],
  ],
  /** The commit that an agent found for a build: what is asked for when the build is tried again. */
  commit: ["id", "commit_sha"],
} as const satisfies Record<string, readonly string[]>;

export type SignedKind = keyof typeof COLUMNS;

/** Who signs rows; the keys are not in the store. */
export interface RowKeys {
  signRow(statement: string): string;
  isSignedRow(statement: string, signature: string): boolean;
}

/** Signs rows when the controller writes them, and proves before they are used that nobody else has written them. */
export class RowSignatures {
  private keys: RowKeys | undefined;

  /** Until then rows are written without a signature, and believed: nobody can ask for builds yet. */
  use(keys: RowKeys): void {
    this.keys = keys;
  }

  of(kind: SignedKind, row: object): string | null {
    return this.keys?.signRow(statementOf(kind, row)) ?? null;
  }

  /** Why a row isn't as the controller wrote it; undefined when it is. */
  fault(kind: SignedKind, row: object, signature: string | null): string | undefined {
    if (!this.keys) return undefined;
    if (signature === null) return "It isn't signed.";
    return this.keys.isSignedRow(statementOf(kind, row), signature) ? undefined : "Its signature is of other content.";
  }

  /** Throws SPEC_SIGNATURE_STORE. `name` is for people. */
  check(kind: SignedKind, row: { signature: string | null }, name: string | number): void {
    const reason = this.fault(kind, row, row.signature);
    if (reason !== undefined) throw errorOf("SPEC_SIGNATURE_STORE", { kind, name, reason });
  }
}

/** The same text for the same content, on both kinds of store. */
function statementOf(kind: SignedKind, row: object): string {
  const values = row as Record<string, unknown>;
  const written = COLUMNS[kind].map((column) => {
    const value = values[column] ?? null;
    return typeof value === "bigint" ? Number(value) : value;
  });
  return JSON.stringify([kind, ...written]);
}
