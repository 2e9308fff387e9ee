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

test("a secret is masked when a tool folds it, wherever the stream is cut, and with either line end", () => {
  const secret = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (const ending of ["\n", "\r\n"]) {
    for (let fold = 4; fold < secret.length; fold += 1) {
      const text = `a ${secret.slice(0, fold)}${ending}${secret.slice(fold)} z`;
      for (let cut = 0; cut <= text.length; cut += 1) expect(redact([secret], text, [cut])).toBe("a *** z");
    }
  }
});

test("the end of a line is not held back because a secret begins with its last letters", () => {
  const redactor = new Redactor();
  redactor.add(["ready-0123456789", "y-and-something-else"]);
  const stream = redactor.stream();
  expect(stream.push(Buffer.from("it is ready\n")).toString()).toBe("it is ");
  expect(stream.push(Buffer.from("next rea\n")).toString()).toBe("ready\nnext rea\n");
  expect(stream.push(Buffer.from("dy-0123456789 .")).toString()).toBe("*** .");
});

test("a long run of a repeated secret is masked at once, not held", () => {
  const redactor = new Redactor();
  redactor.add(["abababab"]);
  const stream = redactor.stream();
  let shown = "";
  for (let i = 0; i < 1000; i += 1) shown += stream.push(Buffer.from("abababab")).toString();
  expect(shown).toBe("***");
  expect(stream.push(Buffer.from("!")).toString() + stream.end().toString()).toBe("!");
});

test("most of a secret that the end of the output cuts off is masked", () => {
  const redactor = new Redactor();
  redactor.add(["0123456789abcdef"]);
  expect(redactor.text("key 0123456789")).toBe("key ***");
  expect(redactor.text("key 01234")).toBe("key 01234");
});

test("tokens and private keys that nobody declared are masked by their look", () => {
  const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  const redactor = new Redactor();
  expect(redactor.text(`remote: ghp_${"aB3".repeat(12)}.`)).toBe("remote: ***.");
  expect(redactor.text("glpat-abcdefghij0123456789 AKIAIOSFODNN7EXAMPLE")).toBe("*** ***");
  expect(redactor.text(`-----BEGIN RSA PRIVATE KEY-----\n${body}\n${body}\n-----END`)).toBe("-----***-----END");
  expect(redactor.text(`cut off: ghp_${"aB3".repeat(12)}`)).toBe("cut off: ***");
  const harmless = "npm_config_cache ghp_ AKIA-1 xoxb -----BEGIN CERTIFICATE----- npm_lifecycle";
  expect(redactor.text(harmless)).toBe(harmless);
});

test("what a variable holds in JSON, PEM, a URL or base64 is masked when it is printed alone", () => {
  const redactor = new Redactor();
  const line = "QWERTYUIOPASDFGHJKLZXCVBNM0123456789+/";
  redactor.add([
    JSON.stringify({ type: "account", key: `-----BEGIN X-----\n${line}\n-----END X-----\n` }),
    "postgres://me:p%40ss-w0rd@db.test/shop",
    Buffer.from('{"inner":"deeply hidden"}').toString("base64"),
  ]);
  expect(redactor.text(`a ${line} b p@ss-w0rd c p%40ss-w0rd d deeply hidden e`)).toBe("a *** b *** c *** d *** e");
});

test("of a URL only a well-known scheme is shown", () => {
  const redactor = new Redactor();
  redactor.add(["https://hooks.test/T0/B0/abcdef", "NHSk.W://f.L_7xONz"]);
  expect(redactor.text("a https://hooks.test/T0/B0/abcdef b")).toBe("a https://*** b");
  expect(redactor.text("a NHSk.W://f.L_7xONz b")).toBe("a *** b");
});
