import type { ProductFile } from "../job/findings.ts";

/** A product that is what was asked for, as far as the host can tell. */
export interface Verified {
  product: ProductFile;
  /** Sentences about what could not be checked, or may be refused later. */
  unchecked: string[];
}
