import { formatSize } from "../../base/units.ts";
import type { Style } from "./style.ts";
import { harmless } from "./text.ts";

const BAR_COLUMNS = 24;
const RATE_WINDOW_MS = 3000;

/** A download's bar with percent and rate. Rate over the last three seconds, so that it follows what goes on. */
export class ProgressBar {
  private readonly name: string;
  private readonly total: number;
  private readonly style: Style;
  private readonly samples: { atMs: number; bytes: number }[] = [];

  constructor(name: string, total: number, style: Style) {
    this.name = name;
    this.total = total;
    this.style = style;
  }

  /** The bar's text when `bytes` are there at the time `nowMs`. */
  at(bytes: number, nowMs: number): string {
    this.samples.push({ atMs: nowMs, bytes });
    while (this.samples.length > 2 && (this.samples[0]?.atMs ?? 0) < nowMs - RATE_WINDOW_MS) this.samples.shift();
    const part = this.total === 0 ? 1 : Math.min(1, bytes / this.total);
    const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
    const sizes = `${formatSize(bytes)} of ${formatSize(this.total)}`;
    return `${harmless(this.name)}  ${this.bar(part)} ${percent}  ${sizes}${this.rate()}`;
  }

  private bar(part: number): string {
    const full = Math.round(part * BAR_COLUMNS);
    const [on, off] = this.style.kind.unicode ? ["█", "░"] : ["#", "."];
    return this.style.tone("good", on.repeat(full)) + this.style.tone("quiet", off.repeat(BAR_COLUMNS - full));
  }

  private rate(): string {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.atMs <= first.atMs) return "";
    return `  ${formatSize(Math.round(((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs)))}/s`;
  }
}
