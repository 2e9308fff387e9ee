import type { Figures, Row } from "./row.ts";

export interface MeasuredWay {
  name: string;
  figures: Figures;
  /** Millwright's median as a share of this one's; 1 for Millwright itself. */
  ratio: number;
  values: number[];
}

export interface RowResult extends Pick<Row, "name" | "measures" | "unit" | "rounds"> {
  seconds: number;
  /** Why the row could not be measured: then there are no ways. */
  failed?: string;
  ways: MeasuredWay[];
  missing: { name: string; why: string }[];
  goals: { says: string /** Null where a way that it needs is missing. */; reached: boolean | null }[];
  notes: string[];
}

export interface Results {
  startedAt: string;
  seconds: number;
  machine: { cores: number; model: string; memoryMib: number; system: string; node: string; load: number[] };
  rows: RowResult[];
}
