import { openPromise } from "yauzl";

/** `lib/arm64-v8a/libx.so` of an .apk, `base/lib/…` and other modules of an .aab. */
const LIBRARY = /^(?:[^/]+\/)?lib\/([^/]+)\/[^/]+\.so$/;

/** The processor architectures that the app brings native code for, sorted; empty when it is all bytecode. */
export async function architecturesOf(product: string): Promise<string[]> {
  const names = new Set<string>();
  const file = await openPromise(product, { lazyEntries: true });
  try {
    for await (const entry of file.eachEntry()) {
      const architecture = LIBRARY.exec(entry.fileName)?.[1];
      if (architecture) names.add(architecture);
    }
  } finally {
    file.close();
  }
  return [...names].sort();
}
