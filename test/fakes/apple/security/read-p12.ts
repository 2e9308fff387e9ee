import { createPrivateKey, createPublicKey } from "node:crypto";
import { tryOpenssl } from "../certificates/openssl.ts";

export interface P12Content {
  certificates: string[];
  keys: { pem: string; publicKey: string; label: string }[];
  /** AES for keys and certificates, or a MAC of SHA-256. */
  modern: boolean;
}

export type P12Trouble = "password" | "format";

/** Opens a p12 with openssl, old algorithms too. */
export function openP12(bytes: Buffer, password: string): P12Content | P12Trouble {
  const args = ["pkcs12", "-legacy", "-nodes", "-info", "-passin", "env:P12_PASSWORD"];
  const { ok, stdout, stderr } = tryOpenssl(args, { input: bytes, env: { P12_PASSWORD: password } });
  if (!ok) return /invalid password/i.test(stderr) ? "password" : "format";
  const text = stdout.toString("utf8");
  const modern = /PBES2|MAC: sha(256|384|512)/.test(stderr);
  return { certificates: blocksOf(text, "CERTIFICATE").map(({ pem }) => derOf(pem)), keys: keysIn(text), modern };
}

function keysIn(text: string): P12Content["keys"] {
  return blocksOf(text, "(?:EC |RSA )?PRIVATE KEY").map(({ pem, before }) => {
    const key = createPrivateKey(pem);
    const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
    const label = /friendlyName: (.*)/.exec(before)?.[1] ?? "Imported Private Key";
    return { pem, publicKey, label };
  });
}

function blocksOf(text: string, kind: string): { pem: string; before: string }[] {
  const pattern = new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----\\n?`, "g");
  let end = 0;
  return [...text.matchAll(pattern)].map((match) => {
    const before = text.slice(end, match.index);
    end = match.index + match[0].length;
    return { pem: match[0], before };
  });
}

function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}
