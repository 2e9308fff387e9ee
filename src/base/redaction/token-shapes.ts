/** How a secret that nobody declared looks: it begins with known bytes, and goes on with many of a kind. */
export interface TokenShape {
  prefix: Buffer;
  /** By byte: 1 where a token may go on with it. */
  tail: Uint8Array;
  least: number;
  most: number;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LONGEST_TOKEN = 512;
const LONGEST_KEY = 16 * 1024;

/** Tokens of GitHub, GitLab, Slack, AWS, npm and Stripe, and private keys in PEM. */
export function tokenShapes(): TokenShape[] {
  const github = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"].map((prefix) => shape(prefix, LETTERS, 30));
  const keys = ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "].map((kind) =>
    shape(`BEGIN ${kind}PRIVATE KEY-----`, `${LETTERS}+/=\r\n\\`, 32, LONGEST_KEY),
  );
  return [
    ...github,
    ...keys,
    shape("github_pat_", `${LETTERS}_`, 22),
    shape("glpat-", `${LETTERS}_-`, 20),
    shape("xoxb-", `${LETTERS}-`, 20),
    shape("xoxp-", `${LETTERS}-`, 20),
    shape("sk_live_", LETTERS, 20),
    shape("AKIA", LETTERS.slice(0, 26) + LETTERS.slice(52), 16),
  ];
}

function shape(prefix: string, characters: string, least: number, most = LONGEST_TOKEN): TokenShape {
  const tail = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) tail[byte] = 1;
  return { prefix: Buffer.from(prefix), tail, least, most };
}
