import { generateKeyPairSync } from "node:crypto";
import type { Random } from "../../model/random.ts";

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SPECIAL = `${CHARACTERS}!"#$%&'()*+,-./:;<=>?@[]^_{|}~\\`;

/** Fifty secrets as a project has them: tokens, passwords with special characters, two keys in PEM, a service account. */
export function fiftySecrets(random: Random): string[] {
  const tokens = Array.from({ length: 32 }, () => text(random, 16 + random.below(49), CHARACTERS));
  const passwords = Array.from({ length: 14 }, () => text(random, 16 + random.below(20), SPECIAL));
  const login = `https://builder:${text(random, 24, CHARACTERS)}@git.acme.test/shop.git`;
  const account = {
    type: "service_account",
    project_id: "acme-shop",
    private_key_id: text(random, 40, "0123456789abcdef"),
    private_key: key(),
    client_email: "builder@acme-shop.accounts.test",
    token_uri: "https://accounts.acme.test/token",
  };
  return [...tokens, ...passwords, login, key(), key(), JSON.stringify(account, null, 2)];
}

function text(random: Random, length: number, from: string): string {
  return Array.from({ length }, () => from[random.below(from.length)]).join("");
}

function key(): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return privateKey;
}
