import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Costs of new hashes: 32 MiB and about a quarter of a second. */
const COSTS = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

type Costs = typeof COSTS;

/** `scrypt$N$r$p$salt$key`, salt and key in base64url: a hash made with other costs still opens. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COSTS);
  return ["scrypt", COSTS.N, COSTS.r, COSTS.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/**
 * Whether the password belongs to the hash. Without a hash it takes as long and is false, so that the time doesn't tell who
 * has a password here.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [kind, N, r, p, salt = "", key = ""] = (hash ?? "").split("$");
  if (kind !== "scrypt") {
    await derive(password, randomBytes(SALT_BYTES), COSTS);
    return false;
  }
  const expected = Buffer.from(key, "base64url");
  const costs = { N: Number(N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64url"), costs), expected);
}

/** The same text typed on different systems may come in different code points. */
function derive(password: string, salt: Buffer, { N, r, p }: Costs): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
