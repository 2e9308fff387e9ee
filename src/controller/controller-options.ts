import { join } from "node:path";
import type { Clock } from "../base/time/clock.ts";
import type { BlobsOptions } from "./blobs/open-blobs.ts";
import { defaultKeyFile } from "./secrets/open-keys.ts";
import type { Policy, Timing } from "./services.ts";
import type { TlsOptions } from "./tls/open-tls.ts";
import type { SpecKeyOptions } from "./trust/open-spec-keys.ts";

export interface ControllerOptions extends TlsOptions, SpecKeyOptions {
  /** Store, blobs, keys and tokens: everything the controller has. */
  data: string;
  /** `postgres://…`; without it, SQLite in the data folder. */
  store?: string;
  /** Where is what controllers on one store must have in common: keys, tokens, git repositories. Without it, the data folder. */
  shared?: string;
  /** The keys and tokens that are there become the ones that controllers on this store must have in common. */
  replaceSharedFiles?: boolean;
  /** Where the keys are that encrypt secrets in the store; without it, `secret.key` in the data folder. */
  keyFile?: string;
  /** Where files and sealed logs are: a folder, or `s3://BUCKET/PREFIX?…`; without it, `blobs` in the data folder. */
  blobs?: string;
  /** The file with the bucket's credentials; without it, as the AWS tools find them. */
  blobsCredentials?: string;
  /** host:port for people. */
  http: string;
  /** host:port for agents. */
  grpc: string;
  logLevel: string;
  /** Where the HTTP side is reached from elsewhere; without it, where it listens. */
  publicUrl?: string;
  /** Speak to agents without TLS. */
  insecureGrpc?: boolean;
  /** Serve the HTTP side by HTTPS, with the same certificate. */
  httpTls?: boolean;
  /** Whether agents without a key of their own are taken, by the token in agent.token; yes, when left out. */
  sharedAgentToken?: boolean;
  /** Addresses and networks (CIDR) of proxies in front, whose X-Forwarded-For says where a request comes from. */
  trustedProxies?: readonly string[];
  /** The most that one `git push` to a remote of the controller's own may bring; 2 GiB without it. */
  mostPushBytes?: number;
  /** What isn't given is as DEFAULT_POLICY says. */
  policy?: Partial<Policy>;
  timing?: Partial<Timing>;
  /** For tests. */
  clock?: Clock;
  /** For tests: where the web page is instead. */
  pageFolder?: string;
}

export function blobsOf({ data, shared, blobs, blobsCredentials }: ControllerOptions): BlobsOptions {
  const address = blobs ?? join(shared ?? data, "blobs");
  return { address, ...(blobsCredentials === undefined ? {} : { credentialsFile: blobsCredentials }) };
}

export function keyFileOf(options: ControllerOptions): string {
  return options.keyFile ?? defaultKeyFile(options.shared ?? options.data);
}
