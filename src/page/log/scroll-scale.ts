/** Browsers stop at about 16 million; some at half of that. */
export const MOST_PIXELS = 8_000_000;

/** All rows may be higher than a browser can scroll: then what is scrolled is a smaller picture of them. */
export class ScrollScale {
  /** The height of what is really scrolled. */
  readonly height: number;
  readonly scaled: boolean;
  private readonly most: number;
  private readonly mostScrolled: number;

  /** `full`: the height of all rows; `view`: that of the part that is seen. */
  constructor(full: number, view: number) {
    this.height = Math.min(full, MOST_PIXELS);
    this.scaled = full > MOST_PIXELS;
    this.most = Math.max(0, full - view);
    this.mostScrolled = Math.max(0, this.height - view);
  }

  /** How far down the rows are when it is scrolled to `top`. */
  placeAt(top: number): number {
    if (!this.scaled) return top;
    return this.clamp((Math.max(0, top) / this.mostScrolled) * this.most);
  }

  /** Where it must be scrolled to for the rows to be so far down. */
  topFor(place: number): number {
    const clamped = this.clamp(place);
    return this.scaled ? (clamped / this.most) * this.mostScrolled : clamped;
  }

  /** Where the rows are after it was scrolled: small moves are moves of the rows, large ones of the picture. */
  moved(place: number, before: number, top: number, view: number): number {
    const by = top - before;
    const atEnd = top <= 0 || top >= this.mostScrolled - 1;
    if (!this.scaled || atEnd || Math.abs(by) > view) return this.placeAt(top);
    return this.clamp(place + by);
  }

  private clamp(place: number): number {
    return Math.min(Math.max(0, place), this.most);
  }
}
