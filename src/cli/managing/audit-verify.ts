import { errorOf, type Failure } from "../../base/errors/millwright-error.ts";
import type { ChainAnchor, ChainedEntry, ChainPage, ChainPlace, Unchained } from "../../protocol/audit-chain.ts";
import { type ChainBreak, ChainCheck } from "../../protocol/audit-check.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { failureLines } from "../terminal/failure.ts";
import type { Output } from "../terminal/output.ts";
import { usageError } from "../usage.ts";

export interface VerifyOptions {
  head?: string;
  data?: string;
  store?: string;
}

/** Where the entries come from: the API of a controller, or its store. */
interface Source {
  page(after: number): Promise<{ entries: ChainedEntry[]; more: boolean }>;
  /** The number of the last entry when it began. */
  last: number;
  anchor: ChainAnchor | undefined;
  unchained(): Promise<Unchained>;
  close(): Promise<void>;
}

const MOST = 5000;
/** Entries are chained within a second or two: later nobody does it. */
const LATE_MS = 300_000;

/** `millwright audit verify`. */
export async function verifyAudit(session: Session, command: string, options: VerifyOptions): Promise<number> {
  const head = options.head === undefined ? undefined : placeOf(command, options.head);
  const source = await sourceOf(session, options);
  try {
    const known = [head, source.anchor].filter((place) => place !== undefined);
    const check = new ChainCheck(known);
    await follow(session.output, source, check);
    const unchained = await source.unchained();
    const told = toldOf(check, unchained, { anchor: source.anchor, head });
    session.answer(told, (output) => show(output, told));
    return told.whole ? EXIT.success : EXIT.notWhole;
  } finally {
    await source.close();
  }
}

interface Told {
  whole: boolean;
  entries: number;
  from?: string;
  until?: string;
  /** The last entry that was right. */
  head: string;
  /** Places that the chain was compared with. */
  compared: { anchor?: string; head?: string };
  unchained: number;
  broken?: ChainBreak;
  failure?: Failure;
}

function toldOf(
  check: ChainCheck,
  { count, oldestAt }: Unchained,
  compared: { anchor: ChainPlace | undefined; head: ChainPlace | undefined },
): Told {
  check.end();
  const { firstAt, lastAt, last, entries, break: broken } = check;
  const late = oldestAt !== undefined && oldestAt < Date.now() - LATE_MS;
  const failure = broken
    ? errorOf("AUDIT_BROKEN", { seq: broken.seq, fault: broken.fault, found: broken.found }).failure
    : late
      ? errorOf("AUDIT_UNCHAINED", { count, since: new Date(oldestAt).toISOString() }).failure
      : undefined;
  return {
    whole: failure === undefined,
    entries,
    ...(firstAt === undefined ? {} : { from: new Date(firstAt).toISOString() }),
    ...(lastAt === undefined ? {} : { until: new Date(lastAt).toISOString() }),
    head: spoken(last),
    compared: {
      ...(compared.anchor ? { anchor: spoken(compared.anchor) } : {}),
      ...(compared.head ? { head: spoken(compared.head) } : {}),
    },
    unchained: count,
    ...(broken ? { broken } : {}),
    ...(failure ? { failure } : {}),
  };
}

function show(output: Output, told: Told): void {
  const { entries, from, until, head, compared, unchained, broken, failure } = told;
  const when = from === undefined ? "" : `, from ${from} until ${until}`;
  output.line(`${entries} ${entries === 1 ? "entry follows" : "entries follow"} each other${when}.`);
  output.line(`${broken ? "Last right entry" : "Head"}: ${head}`);
  if (compared.anchor) output.line(`Compared with what the controller wrote down: ${compared.anchor}`);
  if (compared.head) output.line(`Compared with --head: ${compared.head}`);
  if (unchained > 0) output.line(`Not chained yet: ${unchained}.`);
  for (const line of failure ? failureLines(failure, output.style) : []) output.line(line);
}

async function follow(output: Output, source: Source, check: ChainCheck): Promise<void> {
  for (let more = true; more; ) {
    const page = await source.page(check.last.seq);
    more = check.take(page.entries) && page.more;
    const part = Math.min(100, Math.floor((check.last.seq * 100) / Math.max(1, source.last)));
    output.status(more ? `${check.last.seq} of ${source.last} entries (${part} %)` : "");
  }
}

async function sourceOf(session: Session, { data, store }: VerifyOptions): Promise<Source> {
  if (data === undefined && store === undefined) return online(session);
  const { readAuditOf } = await import("../../controller/audit/read-store.ts");
  const audit = await readAuditOf({
    ...(data === undefined ? {} : { data }),
    ...(store === undefined ? {} : { store }),
  });
  return {
    page: async (after) => {
      const entries = await audit.entries(after, MOST);
      return { entries, more: entries.length === MOST };
    },
    last: await audit.last(),
    anchor: audit.anchor,
    unchained: () => audit.unchained(),
    close: () => audit.close(),
  };
}

async function online(session: Session): Promise<Source> {
  const api = await session.connect();
  const ask = (after: number, limit: number) => api.get<ChainPage>("/audit/chain", { after, limit });
  const first = await ask(0, MOST);
  return {
    page: async (after) => {
      const { entries, next } = after === 0 ? first : await ask(after, MOST);
      return { entries, more: next !== undefined };
    },
    last: first.head?.seq ?? 0,
    anchor: first.anchor,
    unchained: async () => (await ask(first.head?.seq ?? 0, 1)).unchained,
    close: async () => {},
  };
}

/** Throws USAGE. */
function placeOf(command: string, text: string): ChainPlace {
  const [, seq, hash] = /^([1-9]\d{0,14}):([\da-f]{64})$/.exec(text.trim().toLowerCase()) ?? [];
  if (seq === undefined || hash === undefined) {
    throw usageError(command, "--head must be NUMBER:HASH, as audit verify printed it.");
  }
  return { seq: Number(seq), hash };
}

function spoken({ seq, hash }: ChainPlace): string {
  return `${seq}:${hash}`;
}
