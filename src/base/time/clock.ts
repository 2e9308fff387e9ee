import { hrtime } from "node:process";

/** Time as the product sees it, so that tests and the model can drive it. */
export interface Clock {
  /** Milliseconds since 1970, for what people read. */
  now(): number;
  /** Milliseconds on a clock that never jumps, for everything that expires. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(hrtime.bigint() / 1_000_000n),
};
