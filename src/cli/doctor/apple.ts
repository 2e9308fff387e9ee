import { X509Certificate } from "node:crypto";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { outputOf } from "./ask.ts";
import { broken, type Check, ok, wrong } from "./check.ts";

const PODS = { id: "cocoapods", title: "CocoaPods" };
const CERTIFICATES = { id: "apple-certificates", title: "Apple's issuers" };
const ISSUER = "Apple Worldwide Developer Relations Certification Authority";

/** Apps with pods only need it: without it is a warning. */
export async function checkCocoapods(environment: Readonly<Record<string, string>>): Promise<Check> {
  const said = await outputOf("pod", ["--version"], environment);
  const version = said?.match(/^\d+\.\d+\S*$/gm)?.at(-1); // it may warn about the locale before it answers
  if (version) return ok(PODS, version);
  const found = "pod is not on the PATH of builds, or doesn't run: apps whose plugins bring pods can't be built.";
  return wrong(PODS, "warning", found, "brew install cocoapods (1.16 or later for cordova-ios 8)");
}

/** Without the certificate that issued it no identity is valid, however right the p12 is. */
export async function checkAppleCertificates(environment: Readonly<Record<string, string>>): Promise<Check> {
  const said = await outputOf("security", ["find-certificate", "-a", "-c", ISSUER, "-p"], environment);
  const found = certificatesIn(said ?? "");
  const valid = found.filter(({ validTo }) => Date.parse(validTo) > Date.now());
  if (valid.length > 0) return ok(CERTIFICATES, `${valid.map(generationOf).join(", ")} of ${ISSUER}`);
  const reason =
    found.length > 0 ? "Those that are there have expired." : "Every certificate for signing is issued by one.";
  return broken(CERTIFICATES, failureOf("APPLE_CERTIFICATES_MISSING", { reason }), "warning");
}

function certificatesIn(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem));
}

/** Apple numbers them in the unit: G3. The first had no number. */
function generationOf({ subject }: X509Certificate): string {
  return /^OU=(G\d+)$/m.exec(subject)?.[1] ?? "one";
}
