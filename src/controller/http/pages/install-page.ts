import { formatSize } from "../../../base/units.ts";
import type { Product } from "../../artifacts/install-links.ts";
import { escaped, htmlPage } from "../html-page.ts";

/** An app file, as a phone is offered it. */
export interface Offer {
  kind: "apk" | "ipa";
  name: string;
  product: Product;
  build: number;
  buildType: string;
  size: number;
  /** Absolute addresses that were signed. */
  file: string;
  manifest: string;
  until: Date;
}

/** The page of an app. It works without scripts, and nothing is loaded from elsewhere. */
export function offerPage(offer: Offer): string {
  const { name, product, build, buildType, size, until } = offer;
  const facts: [string, string | undefined][] = [
    ["Version", product.versionName],
    ["Build number", product.versionCode],
    ["Identifier", product.identifier],
    ["Type", buildType],
    ["Size", formatSize(size)],
    ["Build", `${build}`],
    ["Offered until", `${until.toISOString().slice(0, 16).replace("T", " ")} UTC`],
  ];
  const rows = facts.map(([label, value]) =>
    value === undefined ? "" : `<dt>${label}</dt><dd>${escaped(value)}</dd>\n`,
  );
  return htmlPage(name, `<dl>\n${rows.join("")}</dl>\n${offer.kind === "ipa" ? forIos(offer) : forAndroid(offer)}`);
}

/** For an address that was good once. */
export function gonePage(): string {
  const again = "Ask for a new code at the page of the build: each is good for an hour.";
  return refusal("This offer has ended", "Its time is over, or its file was removed.", again);
}

export function unknownPage(): string {
  const again = "Scan the code of the build again, or copy the whole address.";
  return refusal("There is nothing to install here", "The address is not whole, or was changed on its way.", again);
}

function refusal(title: string, why: string, next: string): string {
  return htmlPage(title, `<p class="wrong" role="alert">${why}</p>\n<p>${next}</p>`);
}

function forIos({ manifest, file, buildType }: Offer): string {
  const link = `itms-services://?action=download-manifest&url=${encodeURIComponent(manifest)}`;
  const insecure = manifest.startsWith("https:")
    ? ""
    : `<p class="wrong" role="alert">iOS installs apps over https only, and this controller's address begins with http.
Its operator can put it behind https and tell it so with --public-url.</p>\n`;
  return `${insecure}<a class="button" href="${escaped(link)}">Install</a>
<p>Open this page in Safari on the iPhone or iPad. ${whoMayRunIt(buildType)}</p>
<p><a href="${escaped(file)}">Download the ipa</a></p>`;
}

function whoMayRunIt(buildType: string): string {
  if (buildType === "enterprise")
    return "It runs on the devices of the company whose profile signed it; trust the company in Settings, General, VPN &amp; Device Management.";
  const devices = "It runs only on devices that are named in its provisioning profile.";
  return buildType === "development" ? `${devices} Developer Mode must be on.` : devices;
}

function forAndroid({ file }: Offer): string {
  return `<a class="button" href="${escaped(file)}">Download the apk</a>
<p>Open the file when it has arrived. Android asks once whether this browser may install apps. An app of the same identifier
that was signed by somebody else must be removed first.</p>`;
}
