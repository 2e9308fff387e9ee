import { basename, join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { known, type ProductFile } from "../job/findings.ts";
import { architecturesOf } from "./architectures.ts";
import { type Badging, readBadging } from "./badging.ts";
import { readBundle } from "./bundle-manifest.ts";
import { mismatch } from "./expectations.ts";
import { findProduct } from "./find-product.ts";
import { readSignature } from "./signature.ts";
import type { Verified } from "./verified.ts";

/** Finds and checks the .apk or .aab. Throws PRODUCT_MISSING, PRODUCT_WRONG and PRODUCT_UNSIGNED. */
export async function verifyAndroid(context: JobContext): Promise<Verified> {
  const kind = context.spec.packageType === "aab" ? "aab" : "apk";
  const folder = join(known(context.found, "appFolder"), "platforms", "android");
  const file = findProduct(folder, kind, known(context.found, "compileStartedAtMs"));
  const product: ProductFile = { file, kind, metadata: {} };
  const unchecked = [await checkContent(context, product), await checkSignature(context, product, kind)];
  return { product, unchecked: unchecked.filter((text) => text !== undefined) };
}

/** Answers what could not be checked. */
async function checkContent(context: JobContext, product: ProductFile): Promise<string | undefined> {
  const badging = product.kind === "apk" ? await readBadging(context, product.file) : await bundleOf(product.file);
  if (!badging) {
    return "Package id and version were not checked: the host has no aapt2 or aapt that could read the file.";
  }
  Object.assign(product.metadata, badging, { architectures: await architecturesOf(product.file) });
  const widget = known(context.found, "app").widget;
  const reason = widget && mismatch(badging, widget, context.spec.buildType);
  if (reason) throw errorOf("PRODUCT_WRONG", { file: basename(product.file), reason });
  return undefined;
}

async function bundleOf(file: string): Promise<Badging> {
  const badging = await readBundle(file).catch(() => undefined);
  if (badging) return badging;
  throw errorOf("PRODUCT_WRONG", { file: basename(file), reason: "It is no Android bundle with a manifest." });
}

async function checkSignature(
  context: JobContext,
  product: ProductFile,
  kind: "apk" | "aab",
): Promise<string | undefined> {
  // A debug bundle isn't signed; only a store would ask for it.
  if (kind === "aab" && context.spec.buildType === "debug") return undefined;
  const file = basename(product.file);
  const signature = await readSignature(context, product.file, kind);
  if (signature.state === "unsigned") throw errorOf("PRODUCT_UNSIGNED", { file, reason: signature.reason });
  if (signature.state === "unknown") return `The signature was not checked: ${signature.reason}.`;
  Object.assign(product.metadata, { signerSha256: signature.signerSha256, signatureSchemes: signature.schemes });
  const expected = context.found.expectedSigner;
  if (expected && expected !== signature.signerSha256) {
    const reason = `It is signed by ${signature.signerSha256}, and the security profile's certificate is ${expected}.`;
    throw errorOf("PRODUCT_UNSIGNED", { file, reason });
  }
  // Android 11 installs no app for it that has the old jar signature alone, and the stores refuse it.
  if (kind === "apk" && context.spec.buildType === "release" && !signature.schemes.some(isModern)) {
    const reason = `It has the signature schemes ${signature.schemes.join(", ") || "none"}, and v2 or v3 is needed.`;
    throw errorOf("PRODUCT_UNSIGNED", { file, reason });
  }
  return undefined;
}

function isModern(scheme: string): boolean {
  return scheme.startsWith("v2") || scheme.startsWith("v3");
}
