import { unzip } from "../../faults/unzip.ts";

/** What a signature leaves in an APK. */
const OF_SIGNATURE = /^META-INF\/(MANIFEST\.MF|[^/]+\.(SF|RSA|DSA|EC))$/;

/** How two APKs differ in what they hold, signatures aside: empty when each file is the same byte for byte. */
export async function differences(one: Buffer, other: Buffer): Promise<string[]> {
  const [left, right] = [await unzip(one), await unzip(other)];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => !OF_SIGNATURE.test(name));
  if (names.length === 0) throw new Error("the APKs hold nothing");
  return names.filter((name) => left.get(name) !== right.get(name)).sort();
}
