import { expect, test } from "vitest";
import { needlesOf } from "../../../src/base/redaction/needles.ts";
import { Redactor } from "../../../src/base/redaction/redactor.ts";

function redact(secrets: string[], text: string, cuts: number[]): string {
  const redactor = new Redactor();
  redactor.add(secrets);
  const stream = redactor.stream();
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(stream.push(bytes.subarray(from, cut)));
    from = cut;
  }
  out.push(stream.end());
  return Buffer.concat(out).toString();
}

test("a secret is masked wherever the stream is cut", () => {
  const text = "before s3cr3t-value after, and s3cr3t-value";
  for (let cut = 0; cut <= text.length; cut += 1) {
    for (let second = cut; second <= text.length; second += 3) {
      expect(redact(["s3cr3t-value"], text, [cut, second])).toBe("before *** after, and ***");
    }
  }
});

test("overlapping secrets leave nothing of either", () => {
  const text = "xx abcdefghijkl yy abcdefgh zz ghijklmnop";
  for (let cut = 0; cut <= text.length; cut += 1) {
    const masked = redact(["abcdefgh", "ghijklmnop", "abcdefghijkl"], text, [cut]);
    expect(masked).toBe("xx *** yy *** zz ***");
  }
  expect(redact(["abcdefgh", "ghijklmnop"], "1 abcdefghijklmnop 2", [9])).toBe("1 *** 2");
});

test("every encoding of a secret is masked, also inside longer base64", () => {
  const secret = "p&ss \"w0rd\" 'x' <é>/+";
  for (const needle of needlesOf(secret)) expect(redact([secret], `a${needle}b`, [3])).not.toContain(needle.toString());
  for (const lead of ["", "u", "us", "user:"]) {
    const encoded = Buffer.from(`${lead}${secret}:end`).toString("base64");
    const masked = redact([secret], encoded, []);
    expect(masked).toContain("***");
    expect(Buffer.from(masked.replace("***", ""), "base64").toString("latin1")).not.toContain("w0rd");
  }
});

test("bytes without a secret pass unchanged and at once", () => {
  const redactor = new Redactor();
  redactor.add(["supersecret"]);
  const stream = redactor.stream();
  expect(stream.push(Buffer.from("hello super")).toString()).toBe("hello ");
  expect(stream.push(Buffer.from("b")).toString()).toBe("superb");
});

test("secrets that would ruin the log are named, not masked", () => {
  const redactor = new Redactor();
  expect(redactor.add(["true", "abc", "release", "long-enough"])).toEqual(["true", "abc", "release"]);
  expect(redactor.text("release true abc long-enough")).toBe("release true abc ***");
});
