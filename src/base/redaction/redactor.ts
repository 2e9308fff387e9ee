import { Matcher } from "./matcher.ts";
import { isMaskable, needlesOf } from "./needles.ts";

export const MASK = Buffer.from("***");

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
    this.needles.push(...maskable.flatMap(needlesOf));
    this.current = new Matcher(this.needles);
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
  private held: Buffer = Buffer.alloc(0);

  constructor(redactor: Redactor) {
    this.redactor = redactor;
  }

  /** Bytes that may be written now. */
  push(chunk: Buffer): Buffer {
    const { matcher } = this.redactor;
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    if (matcher.isEmpty) {
      this.held = Buffer.alloc(0);
      return bytes;
    }
    const found = matcher.find(bytes);
    let cut = matcher.firstPartial(bytes);
    const covering = found.find((stretch) => stretch.start < cut && cut < stretch.end);
    if (covering) cut = covering.start;
    this.held = cut < bytes.length ? Buffer.from(bytes.subarray(cut)) : Buffer.alloc(0);
    return masked(
      bytes.subarray(0, cut),
      found.filter((stretch) => stretch.end <= cut),
    );
  }

  /** The rest, when no more bytes come. */
  end(): Buffer {
    const rest = this.held;
    this.held = Buffer.alloc(0);
    return masked(rest, this.redactor.matcher.find(rest));
  }
}

function masked(bytes: Buffer, found: readonly { start: number; end: number }[]): Buffer {
  if (found.length === 0) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end } of found) {
    parts.push(bytes.subarray(from, start), MASK);
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}
