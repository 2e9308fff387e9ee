import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import type { KeyRotated } from "../../protocol/api.ts";
import { ALONE, type Replicas } from "../replicas/replicas.ts";
import type { SealedValue } from "../store/sealed-store.ts";
import type { Store } from "../store/store.ts";
import { newSealingKey, readKeyRing, type SealingKey, writeKeyRing } from "./key-ring.ts";
import type { Sealer } from "./sealer.ts";

const DAY_MS = 86_400_000;

/** Who asked for a rotation, and why, for the audit. */
export interface Reason {
  actor: string;
  why: string;
}

export interface RotationTiming {
  /** A key that is older is replaced. */
  keyMaxAgeMs: number;
  /** How often its age is looked at. */
  keyLookMs: number;
  /** So long other controllers on the store get to see a new key before the old one goes. */
  keySpareMs: number;
}

/**
 * Replaces the key that seals what rests in the store, in three steps of which each may be the last one before a crash:
 * the new key joins the file, then all is sealed again in one transaction, then the old keys leave the file. What a crash
 * left is finished at the next start or by the next rotation.
 */
export class KeyRotation {
  private readonly store: Store;
  private readonly sealer: Sealer;
  private readonly file: string;
  private readonly clock: Clock;
  private readonly timing: RotationTiming;
  private readonly logger: Logger;
  private readonly replicas: Replicas;
  private running: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    parts: { store: Store; sealer: Sealer; clock: Clock; logger: Logger; timing: RotationTiming; replicas?: Replicas },
    file: string,
  ) {
    this.replicas = parts.replicas ?? ALONE;
    this.store = parts.store;
    this.sealer = parts.sealer;
    this.clock = parts.clock;
    this.timing = parts.timing;
    this.logger = parts.logger;
    this.file = file;
  }

  /** Finishes what a crash left, replaces a key that is too old, and goes on looking for that. */
  async start(): Promise<void> {
    await this.alone(() => this.finish()).catch((error: unknown) => {
      this.logger.error(
        { err: error },
        "secrets could not be encrypted with the newest key; the next start tries again",
      );
    });
    await this.replaceOld();
    this.timer = setInterval(() => void this.replaceOld(), this.timing.keyLookMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Why a restart could not open the secrets: the file of the keys is gone, damaged or another one. Undefined when all is well. */
  whyUnusable(): string | undefined {
    try {
      const keys = readKeyRing(this.file);
      if (keys?.some((key) => key.id === this.sealer.newestKey.id)) return undefined;
      return keys ? `${this.file} doesn't hold the key in use` : `there is no ${this.file}`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Replaces the key now. One at a time. Throws KEY_FILE_UNUSABLE; the old key then stays in use. */
  rotate(reason: Reason): Promise<KeyRotated> {
    const mine = this.running.then(() =>
      this.alone(async () => {
        this.addKey();
        return this.sealAllAgain(reason);
      }),
    );
    this.running = mine.catch(() => undefined); // told to who asked
    return mine;
  }

  /** The first step: from here on new values are sealed with a new key. */
  addKey(): SealingKey {
    const key = newSealingKey(this.clock.now());
    this.onFile((keys) => [key, ...keys]);
    this.sealer.use(key);
    return key;
  }

  /** The second and the third step. */
  private async sealAllAgain(reason: Reason): Promise<KeyRotated> {
    const { count, unreadable } = await this.sealAgain(reason);
    const keys = await this.dropUnused();
    const keyId = this.sealer.newestKey.id;
    const shown = unreadable.map(({ kind, name }) => `${kind} ${name}`);
    this.logger.info({ key: keyId, count, unreadable: shown, keys }, "secrets were encrypted with a new key");
    return { keyId, sealedAgain: count, unreadable: shown };
  }

  /** The second step: all that older keys sealed, in one transaction. What can't be opened stays as it is. */
  async sealAgain({ actor, why }: Reason): Promise<{ count: number; unreadable: SealedValue[] }> {
    const { id } = this.sealer.newestKey;
    const again = (value: SealedValue, sealed: Uint8Array) => {
      try {
        return this.sealer.sealAgain(sealed, value);
      } catch (error) {
        if (!(error instanceof MillwrightError)) throw error;
        return undefined;
      }
    };
    const { count, left: unreadable } = await this.store.sealed.replace(
      (value) => value.keyId !== id,
      again,
      (sealedAgain) => ({
        at: this.clock.now(),
        actor,
        action: "key rotated",
        kind: "key",
        name: id,
        detail: `${why}; ${sealedAgain} ${sealedAgain === 1 ? "secret" : "secrets"} encrypted again`,
      }),
    );
    return { count, unreadable };
  }

  /** The third step: keys that nothing is sealed with leave the file. Answers how many are left. */
  async dropUnused(): Promise<number> {
    const used = new Set((await this.store.sealed.list()).map((value) => value.keyId));
    const newest = this.sealer.newestKey;
    used.add(newest.id);
    // Another controller may be about to write what it sealed with the key before.
    const spared = this.replicas.shared && this.clock.now() - newest.madeAtMs < this.timing.keySpareMs;
    if (spared) return this.onFile((keys) => keys).length;
    return this.onFile((keys) => keys.filter((key) => used.has(key.id))).length;
  }

  /** At a start: values under an older key of the file were left by a crash. */
  private async finish(): Promise<void> {
    const { id } = this.sealer.newestKey;
    const old = (await this.store.sealed.list()).filter((value) => value.keyId !== id);
    const lost = old.filter((value) => !this.sealer.has(value.keyId));
    if (lost.length > 0) {
      const values = lost.map(({ kind, name, keyId }) => `${kind} ${name} (${keyId})`);
      this.logger.error(
        { file: this.file, values },
        "the key file lacks the keys of some secrets: builds can't use them",
      );
    }
    if (old.length > lost.length) await this.sealAllAgain({ actor: "controller", why: "finished at a start" });
    else if (this.hasSpareKeys()) await this.dropUnused();
  }

  private hasSpareKeys(): boolean {
    return (readKeyRing(this.file)?.length ?? 0) > 1;
  }

  /** Never rejects: a file that can't be written must not keep the controller from its work. */
  private async replaceOld(): Promise<void> {
    if (!this.replicas.leads()) return;
    const ageMs = this.clock.now() - this.sealer.newestKey.madeAtMs;
    if (ageMs <= this.timing.keyMaxAgeMs) return this.dropSpare();
    const why = `the key was ${Math.floor(ageMs / DAY_MS)} days old`;
    await this.rotate({ actor: "controller", why }).catch((error: unknown) => {
      this.logger.error({ err: error }, "the key could not be replaced; it is tried again later");
    });
  }

  private async dropSpare(): Promise<void> {
    if (!this.hasSpareKeys()) return;
    await this.alone(() => this.dropUnused()).catch((error: unknown) => {
      this.logger.error({ err: error }, "old keys could not be removed; it is tried again later");
    });
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.store.exclusively("keys", work);
  }

  /** Changes the file; writes it only when something changes. */
  private onFile(change: (keys: SealingKey[]) => SealingKey[]): SealingKey[] {
    try {
      const before = readKeyRing(this.file) ?? [];
      // Written without it, the file would be worth nothing after the next start.
      if (!before.some((key) => key.id === this.sealer.newestKey.id)) throw new Error("The key in use is not in it.");
      const after = change(before);
      if (after.length !== before.length) writeKeyRing(this.file, after);
      return after;
    } catch (cause) {
      throw errorOf("KEY_FILE_UNUSABLE", { file: this.file, reason: (cause as Error).message }, { cause });
    }
  }
}
