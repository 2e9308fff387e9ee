/** The range of protocol versions that this release speaks. Raised with each change of proto/. */
export const PROTOCOL = { min: 1, max: 1 } as const;

/** Kept equal to package.json by a test. */
export const VERSION = "0.1.0";
