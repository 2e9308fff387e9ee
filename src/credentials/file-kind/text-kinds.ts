import { FROM_PEM, NO_KEY, type Recognizer, THE_KEYSTORE } from "./kind.ts";

/** Files of text, by how they begin; the first that fits counts. */
export const TEXT_KINDS: readonly Recognizer[] = [
  kind("a Git LFS pointer instead of the file itself", "Fetch the file: git lfs pull", /^version https:\/\/git-lfs/),
  kind("a PGP message", "Decrypt it: gpg --output release.keystore --decrypt FILE", /-----BEGIN PGP/),
  kind("a certificate request (PEM)", NO_KEY, /-----BEGIN (NEW )?CERTIFICATE REQUEST/),
  kind("a private key (PEM, or an App Store Connect key .p8)", FROM_PEM, /-----BEGIN ([A-Z]+ )*PRIVATE KEY/),
  kind("a certificate (PEM)", FROM_PEM, /-----BEGIN (TRUSTED )?CERTIFICATE/),
  kind("a web page", "Download the file itself, not the page that offers it.", /^\s*<(!doctype html|html)/i),
  kind("a property list", THE_KEYSTORE, /^\s*(<\?xml[^>]*>\s*)?<(!DOCTYPE plist|plist)|^bplist/),
  kind("an XML file", THE_KEYSTORE, /^\s*<\?xml/),
  kind("a JSON file", THE_KEYSTORE, /^\s*[{[]/),
  {
    what: "base64 text of a keystore",
    advice: "Decode it: base64 --decode FILE > release.keystore",
    fits: (_, text) => isBase64OfKeystore(text),
  },
  kind("a properties file", "Give the keystore that it names.", /^\s*[\w.]+\s*=\s*\S/),
  kind("plain text", THE_KEYSTORE, /^[\t\n\r\x20-\x7e]+$/),
];

function kind(what: string, advice: string, pattern: RegExp): Recognizer {
  return { what, advice, fits: (_, text) => pattern.test(text) };
}

/** Base64 of a JKS file begins with "/u3+7Q", that of a DER sequence of more than 127 bytes with "MI". */
function isBase64OfKeystore(text: string): boolean {
  return /^(\/u3\+7Q|MI[A-Z])/.test(text.trimStart()) && /^[A-Za-z0-9+/=\s]*$/.test(text);
}
