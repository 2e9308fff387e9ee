import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects what loading left behind: a supervisor that waits needs less memory, and its build doesn't begin with a pause for
 * that. Node gives out its collector by this flag only.
 */
export function tidyMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
