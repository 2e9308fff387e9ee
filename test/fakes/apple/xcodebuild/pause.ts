/** Lets the process stand still, as a long compilation would; a signal ends it. */
export function pause(seconds: number): void {
  if (seconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}
