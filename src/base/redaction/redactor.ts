import { Matcher } from "./matcher.ts";
import { isMaskable, needlesOf } from "./needles.ts";
import { merged, type Stretch } from "./stretch.ts";

/** The same for all secrets: its length tells nothing. */
export const MASK = Buffer.from("***");

/** Of a secret that the end of a stream cuts off, so many bytes are enough to be masked. */
const TELLING = 8;
const NOTHING = Buffer.alloc(0);

/** The secrets of one job. Streams made from it follow what is added later. */
export class Redactor {
  private readonly needles: Buffer[] = [];
  private current = new Matcher([]);

  get matcher(): Matcher {
    return this.current;
  }

  /** Arms the redactor; answers the secrets that are too short or too common to be masked. */
  add(secrets: readonly string[]): string[] {
    const maskable = secrets.filter(isMaskable);
    if (maskable.length > 0) {
      for (const secret of maskable) for (const needle of needlesOf(secret)) this.needles.push(needle);
      this.current = new Matcher(this.needles);
    }
    return secrets.filter((secret) => secret !== "" && !isMaskable(secret));
  }

  stream(): RedactingStream {
    return new RedactingStream(this);
  }

  /** A whole text at once: for errors, titles and everything that isn't a stream. */
  text(text: string): string {
    const stream = this.stream();
    return Buffer.concat([stream.push(Buffer.from(text)), stream.end()]).toString();
  }
}

/**
 * Masks a stream of bytes that comes in pieces. Holds back only what may be the beginning of a secret, and gives it out
 * on the mismatch or at the end, never by a timer. One for each of stdout and stderr, so that interleaving splits nothing.
 */
export class RedactingStream {
  private readonly redactor: Redactor;
  /** What has to be looked at again together with what comes. */
  private kept: Buffer = NOTHING;
  /** So many of the kept bytes are given out already, as they are or masked. */
  private given = 0;
  /** Whether the last thing given out was a mask. */
  private masking = false;

  constructor(redactor: Redactor) {
    this.redactor = redactor;
  }

  /** Bytes that may be written now. */
  push(chunk: Buffer): Buffer {
    const bytes = this.kept.length > 0 ? Buffer.concat([this.kept, chunk]) : chunk;
    const { found, partial, faint } = this.redactor.matcher.scan(bytes);
    const shown = this.give(bytes, found, partial);
    this.keep(bytes, Math.min(partial, faint));
    return shown;
  }

  /** The rest, when no more bytes come. Most of a secret is masked like the whole. */
  end(): Buffer {
    const bytes = this.kept;
    const { found, telling } = this.redactor.matcher.scan(bytes);
    const cutOff = bytes.length - telling >= TELLING ? [{ start: telling, end: bytes.length }] : [];
    const rest = this.give(bytes, merged([...found, ...cutOff]), bytes.length);
    this.keep(bytes, bytes.length);
    this.masking = false;
    return rest;
  }

  /** What is to be shown of the bytes before `cut` now; what a match covers behind it counts as given, too. */
  private give(bytes: Buffer, found: readonly Stretch[], cut: number): Buffer {
    const parts: Buffer[] = [];
    for (const { start, end } of found) {
      if (start >= cut) break;
      if (end <= this.given) continue;
      if (start > this.given) this.masking = false;
      if (!this.masking) parts.push(bytes.subarray(this.given, Math.max(start, this.given)), MASK);
      this.masking = true;
      this.given = end;
    }
    if (this.given < cut) {
      parts.push(bytes.subarray(this.given, cut));
      this.masking = false;
      this.given = cut;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  private keep(bytes: Buffer, from: number): void {
    this.kept = from < bytes.length ? Buffer.from(bytes.subarray(from)) : NOTHING;
    this.given -= from;
  }
}
