import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { CHAIN_START, type ChainedEntry, type ChainPlace, hashOfEntry } from "../../../src/protocol/audit-chain.ts";
import { ChainCheck } from "../../../src/protocol/audit-check.ts";

/** So many entries that follow each other. */
function chained(count: number): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  let prev = CHAIN_START.hash;
  for (let seq = 1; seq <= count; seq += 1) {
    const of = { actor: "anna@example.com", action: "written", kind: "app", name: `app ${seq}`, account: "default" };
    const under = { build: null, lease: null, attempt: null, step: null, detail: 'äöü "and"\n' };
    const entry = { seq, prev, id: seq + 10, at: 1_700_000_000_000 + seq, ...of, ...under };
    prev = hashOfEntry(entry);
    entries.push({ ...entry, hash: prev });
  }
  return entries;
}

/** What the check says when the entries come in pages of three. */
function faultOf(entries: readonly ChainedEntry[], known: readonly ChainPlace[] = []) {
  const check = new ChainCheck(known);
  const inOrder = [...entries].sort((a, b) => a.seq - b.seq);
  for (let at = 0; at < inOrder.length; at += 3) if (!check.take(inOrder.slice(at, at + 3))) break;
  check.end();
  return check.break && { seq: check.break.seq, fault: check.break.fault };
}

const again = (entry: ChainedEntry): ChainedEntry => ({ ...entry, hash: hashOfEntry(entry) });
/** The same entries, numbered and hashed anew, as somebody would who can write the store. */
function forged(entries: readonly ChainedEntry[]): ChainedEntry[] {
  let prev = CHAIN_START.hash;
  return entries.map((entry, index) => {
    const made = again({ ...entry, seq: index + 1, prev });
    prev = made.hash;
    return made;
  });
}
const placeOf = ({ seq, hash }: ChainedEntry): ChainPlace => ({ seq, hash });

test("the hash of an entry is that of a JSON array of its fields, as docs/audit.md says it", () => {
  const [entry] = chained(1);
  const text = `["millwright-audit-1",1,"${"0".repeat(64)}",11,1700000000001,"anna@example.com","written","app","app 1","default",null,null,null,null,"äöü \\"and\\"\\n"]`;
  expect(entry?.hash).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
});

test("entries that follow each other are counted, with the times of the first and the last", () => {
  const entries = chained(10);
  const check = new ChainCheck([placeOf(entries[4] as ChainedEntry)]);
  expect(check.take(entries.slice(0, 6)) && check.take(entries.slice(6)) && check.end()).toBe(true);
  expect([check.entries, check.firstAt, check.lastAt]).toEqual([10, 1_700_000_000_001, 1_700_000_000_010]);
  expect(faultOf([])).toBeUndefined();
});

test("every field of an entry that is changed is found, at that entry", () => {
  const entries = chained(9);
  for (const field of Object.keys(entries[0] as ChainedEntry).filter((name) => name !== "seq")) {
    const value = entries[4]?.[field as keyof ChainedEntry];
    const other = typeof value === "string" ? `${value}x` : Number(value ?? 0) + 1;
    const changed = entries.map((entry, index) =>
      index === 4 ? ({ ...entry, [field]: other } as ChainedEntry) : entry,
    );
    expect([field, faultOf(changed)]).toEqual([field, { seq: 5, fault: expect.stringMatching(/changed|replaced/) }]);
  }
});

test("what was removed, moved and put in is told by that name", () => {
  const entries = chained(9);
  const [fourth, fifth] = entries.slice(3, 5) as [ChainedEntry, ChainedEntry];
  expect(faultOf(entries.filter((entry) => entry !== fifth))).toEqual({ seq: 5, fault: "removed" });
  expect(faultOf(entries.slice(2))).toEqual({ seq: 1, fault: "removed" });
  const closed = entries
    .filter((entry) => entry !== fifth)
    .map((each) => ({ ...each, seq: each.seq - (each.seq > 5 ? 1 : 0) }));
  expect(faultOf(closed)).toEqual({ seq: 5, fault: "removed" });
  const swapped = entries.map((each) =>
    each === fourth ? { ...each, seq: 5 } : each === fifth ? { ...each, seq: 4 } : each,
  );
  expect(faultOf(swapped)?.fault).toMatch(/reordered|removed/);
  expect(faultOf(swapped)?.seq).toBe(4);
  const moved = entries.map((each) => ({ ...each, seq: each.seq + (each.seq > 4 ? 1 : 0) }));
  const put = again({ ...fifth, seq: 5, prev: fourth.hash, id: 99, name: "never happened" });
  expect(faultOf([...moved, put])).toEqual({ seq: 6, fault: "inserted" });
});

test("an entry whose hash was made anew is found at the next one, and a whole new chain at a place that was written down", () => {
  const entries = chained(9);
  const lied = entries.map((entry, index) => (index === 4 ? again({ ...entry, name: "other" }) : entry));
  expect(faultOf(lied)).toEqual({ seq: 6, fault: "replaced" });
  const anew = forged(lied);
  expect(faultOf(anew)).toBeUndefined(); // nobody wrote anything down
  expect(faultOf(anew, [placeOf(entries[8] as ChainedEntry)])).toEqual({ seq: 9, fault: "replaced" });
  expect(faultOf(anew, [placeOf(entries[5] as ChainedEntry)])).toEqual({ seq: 6, fault: "replaced" });
});

test("an end that was cut off is found at a place that was written down", () => {
  const entries = chained(9);
  const cut = entries.slice(0, 6);
  expect(faultOf(cut)).toBeUndefined();
  expect(faultOf(cut, [placeOf(entries[8] as ChainedEntry)])).toEqual({ seq: 7, fault: "removed" });
  expect(faultOf([], [placeOf(entries[8] as ChainedEntry)])).toEqual({ seq: 1, fault: "removed" });
  const both = [entries[3], entries[8]].map((entry) => placeOf(entry as ChainedEntry));
  expect(faultOf(entries, both)).toBeUndefined();
  expect(faultOf(entries, [...both, { seq: 4, hash: "f".repeat(64) }])).toEqual({ seq: 4, fault: "replaced" });
});
