import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "../../base/files.ts";
import { newSecret } from "../../base/ids.ts";
import { sameSecret } from "../../base/same-secret.ts";

/** The token of a file, made when there is none. The file can be read by its owner only. */
export function tokenOfFile(file: string): string {
  if (!existsSync(file)) writeFileAtomically(file, `${newSecret()}\n`);
  return readFileSync(file, "utf8").trim();
}

/** Signs what the controller hands out and wants back unchanged: job tokens and the addresses of uploads. */
export class Signer {
  private readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  sign(claims: object): string {
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${body}.${this.mac(body)}`;
  }

  /** The claims, or undefined when the token isn't ours or `exp` (milliseconds since 1970) has passed. */
  verify<T extends object>(token: string, now: number): T | undefined {
    const [body = "", mac = ""] = token.split(".");
    if (!sameSecret(mac, this.mac(body))) return undefined;
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as T & { exp?: number };
    return claims.exp !== undefined && claims.exp < now ? undefined : claims;
  }

  private mac(body: string): string {
    return createHmac("sha256", this.key).update(body).digest("base64url");
  }
}

/** What a job token says: good for one lease, as long as its fence holds. */
export interface JobClaims {
  use: "job";
  lease: string;
  fence: number;
  exp: number;
}

/** What an access token says: good for everything that the agent with this key does outside of leases. */
export interface AgentClaims {
  use: "agent";
  /** The key's thumbprint. */
  key: string;
  exp: number;
}

/** What the address of an upload says: one part of one artifact of one lease. */
export interface UploadClaims {
  use: "upload";
  artifact: string;
  part: number;
  offset: number;
  size: number;
  lease: string;
  fence: number;
  exp: number;
}
