import { logOf, type Plan } from "./plan.ts";

const LEFT_OUT = Buffer.from("bytes of the log were left out here]\n");
/** A line that only the build prints. */
const SEEDED_LINE = /^\d{8} /m;

/**
 * What is wrong with the stored log of a build whose plan is known: each attempt must hold the printed bytes from their
 * beginning without a gap, the last one of a `whole` build all of them, and nowhere may any of them stand twice.
 */
export function wrongInLog(log: Buffer, plan: Plan, whole: boolean): { bytes: number; what: string }[] {
  const expected = logOf(plan);
  const begins = placesOf(log, Buffer.from(`BEGIN ${plan.seed}\n`));
  const problems: { bytes: number; what: string }[] = [];
  if (whole && begins.length === 0) return [{ bytes: expected.length, what: "its log lacks all that it printed" }];
  for (const [index, begin] of begins.entries()) {
    const section = log.subarray(begin, begins[index + 1]);
    const same = commonLength(section, expected);
    const rest = section.subarray(same);
    const leftOut = rest.indexOf(LEFT_OUT);
    if (leftOut >= 0 && leftOut < 100)
      problems.push(...wrongInTail(rest.subarray(leftOut + LEFT_OUT.length), expected, plan));
    else if (whole && index === begins.length - 1 && same < expected.length) {
      problems.push({
        bytes: expected.length - same,
        what: `its log holds ${same} of ${expected.length} printed bytes`,
      });
    } else if (SEEDED_LINE.test(rest.toString("latin1"))) {
      problems.push({ bytes: 1, what: `after ${same} printed bytes its log goes on somewhere else` });
    }
  }
  return problems;
}

/** The end of a log that was too long is kept. */
function wrongInTail(tail: Buffer, expected: Buffer, plan: Plan): { bytes: number; what: string }[] {
  const end = Buffer.from(`END ${plan.seed}\n`);
  const at = tail.indexOf(end);
  const kept = tail.subarray(0, at + end.length);
  if (at >= 0 && expected.subarray(expected.length - kept.length).equals(kept)) return [];
  return [{ bytes: 1, what: "the end of its long log is not what it printed last" }];
}

function placesOf(log: Buffer, needle: Buffer): number[] {
  const places: number[] = [];
  for (let at = log.indexOf(needle); at >= 0; at = log.indexOf(needle, at + 1)) places.push(at);
  return places;
}

function commonLength(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  const block = 65_536;
  let at = 0;
  while (at + block <= most && a.subarray(at, at + block).equals(b.subarray(at, at + block))) at += block;
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}
