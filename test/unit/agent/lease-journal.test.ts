import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type JournalEntry, LeaseJournal } from "../../../src/agent/jobs/lease-journal.ts";
import { JOURNAL } from "../../../src/protocol/version.ts";

const ENTRY: JournalEntry = {
  lease: { leaseId: "l0000000000000001", buildId: 1, attempt: 1, fence: 1 },
  jobToken: "t",
  materialKey: "k",
  bootId: "b",
  supervisor: { pid: 1, startTime: "2" },
  cancelRequested: false,
};

test("a journal carries its format; one of a newer release is left alone, with its files", () => {
  const work = mkdtempSync(join(tmpdir(), "millwright-journal-"));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const journal = new LeaseJournal(work);
  for (const lease of ["l0000000000000001", "l0000000000000002", "l0000000000000003", "l0000000000000004"]) {
    mkdirSync(journal.pathsOf(lease).folder, { recursive: true });
  }
  journal.write(ENTRY);
  expect(JSON.parse(readFileSync(journal.pathsOf("l0000000000000001").lease, "utf8"))).toMatchObject({
    format: JOURNAL.max,
  });
  const older = { ...ENTRY, lease: { ...ENTRY.lease, leaseId: "l0000000000000002" } }; // the first releases wrote none
  writeFileSync(journal.pathsOf("l0000000000000002").lease, JSON.stringify(older));
  const newer = { ...ENTRY, format: JOURNAL.max + 1 };
  writeFileSync(journal.pathsOf("l0000000000000003").lease, JSON.stringify(newer));

  const found = journal.entries().map(({ lease }) => lease.leaseId);
  expect(found.toSorted()).toEqual(["l0000000000000001", "l0000000000000002"]);
  expect(journal.tooNew).toEqual([{ leaseId: "l0000000000000003", format: JOURNAL.max + 1 }]);
  expect(existsSync(journal.pathsOf("l0000000000000003").lease)).toBe(true);
  expect(existsSync(journal.pathsOf("l0000000000000004").folder)).toBe(false);
});
