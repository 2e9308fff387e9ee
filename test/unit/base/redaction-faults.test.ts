import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Matcher } from "../../../src/base/redaction/matcher.ts";
import { needlesOf } from "../../../src/base/redaction/needles.ts";
import { RedactingStream, Redactor } from "../../../src/base/redaction/redactor.ts";
import { runCases, type Tally } from "../../secrets/run-cases.ts";

async function played(count: number, makeRedactor?: () => Redactor): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return await runCases(count, 1, folder, makeRedactor);
}

/** Knows all needles but some. */
class Forgetful extends Redactor {
  private readonly known: Buffer[] = [];
  private readonly forgets: (secret: string) => Buffer[];

  constructor(forgets: (secret: string) => Buffer[]) {
    super();
    this.forgets = forgets;
  }

  override get matcher(): Matcher {
    return new Matcher(this.known);
  }

  override add(secrets: readonly string[]): string[] {
    for (const secret of secrets) {
      const forgotten = this.forgets(secret);
      this.known.push(...needlesOf(secret).filter((needle) => !forgotten.some((one) => one.equals(needle))));
    }
    return [];
  }
}

test("random secrets in random encodings and pieces leave nothing in log, events, failures and recent lines", async () => {
  const tally = await played(400);
  expect(tally.leak).toBeUndefined();
  expect(tally.cases).toBe(400);
  expect(tally.encodings.size).toBeGreaterThan(40);
});

test("a redactor that forgets what it held between two chunks is found out", async () => {
  class PerChunk extends Redactor {
    override stream(): RedactingStream {
      const stream = new RedactingStream(this);
      const push = stream.push.bind(stream);
      stream.push = (chunk) => Buffer.concat([push(chunk), stream.end()]);
      return stream;
    }
  }
  const { leak } = await played(400, () => new PerChunk());
  expect(leak?.what).toMatch(/spool|recent lines/);
});

test("a redactor that knows base64 at one alignment only is found out", async () => {
  const shifted = (secret: string) =>
    needlesOf(secret).filter((needle) =>
      [1, 2].some((shift) => {
        const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString("base64");
        return encoded.includes(needle.toString());
      }),
    );
  const { leak } = await played(400, () => new Forgetful(shifted));
  expect(leak).toBeDefined();
});

test("a redactor that knows no single lines is found out", async () => {
  const lines = (secret: string) => {
    const all = secret.split(/\r?\n/);
    return all.length < 2 ? [] : all.map((line) => Buffer.from(line));
  };
  const { leak } = await played(400, () => new Forgetful(lines));
  expect(leak).toBeDefined();
});

test("a redactor that masks public text is found out", async () => {
  class Eager extends Redactor {
    override stream(): RedactingStream {
      const stream = new RedactingStream(this);
      stream.push = () => Buffer.from("***");
      return stream;
    }
  }
  expect((await played(5, () => new Eager())).leak?.what).toContain("public text is masked");
});
