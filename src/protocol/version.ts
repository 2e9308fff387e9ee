/** The range of protocol versions that this release speaks. Raised with each change of proto/. */
export const PROTOCOL = { min: 1, max: 3 } as const;

/**
 * The formats of the agent's journal (lease.json of a job folder) that this release reads; it writes the highest. Fields are
 * only added to one; what an older agent would misread raises the number.
 */
export const JOURNAL = { min: 1, max: 1 } as const;

/** Kept equal to package.json by a test. */
export const VERSION = "0.1.0";
