import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { loadAgentConfig } from "../config.ts";
import { keepCertificate } from "../connection/certificate-file.ts";
import { nextKeyFile } from "../connection/host-key.ts";

/** What the host knows when it has joined; the certificate is empty where agents show none. All PEM. */
export interface Joined {
  name: string;
  address: string;
  ca: string;
  keyPem: string;
  certificate: string;
  /** As trust.specKey has it; empty with older controllers. */
  specKey: string;
}

/** What joining writes: the agent's configuration, and beside it its key and the certificate of the CA. */
export class JoinedFiles {
  readonly config: string;
  readonly key: string;
  readonly ca: string;

  constructor(configFile: string) {
    this.config = resolve(configFile);
    const stem = basename(configFile).replace(/(\.config)?\.ya?ml$/, "");
    this.key = join(dirname(this.config), `${stem}.key`);
    this.ca = join(dirname(this.config), `${stem}.ca.pem`);
  }

  /** Those that are there already. */
  get existing(): string[] {
    return [this.config, this.key].filter((file) => existsSync(file));
  }

  /** The name in the configuration, or empty. Throws CONFIG_INVALID: a broken file is mended before, not after. */
  get name(): string {
    if (!existsSync(this.config)) return "";
    loadAgentConfig(this.config, {});
    return String(parseDocument(readFileSync(this.config, "utf8")).get("name") ?? "");
  }

  /** Throws JOIN_FILE_UNWRITABLE. */
  checkWritable(): void {
    const folder = dirname(this.config);
    this.writing(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK | constants.X_OK);
    });
  }

  /** Keeps the new key in a file of its own until the host has joined: the key of before stays good until then. Throws JOIN_FILE_UNWRITABLE. */
  keepNewKey(pem: string): void {
    this.writing(() => writeFileAtomically(`${this.key}.new`, pem));
  }

  dropNewKey(): void {
    rmSync(`${this.key}.new`, { force: true });
  }

  /** The host has joined: its key and the CA, and where the configuration names them. Its other lines stay. Throws JOIN_FILE_UNWRITABLE. */
  write(joined: Joined): void {
    this.writing(() => this.writeAll(joined));
    this.dropNewKey();
  }

  private writeAll(joined: Joined): void {
    writeFileAtomically(this.key, joined.keyPem);
    rmSync(nextKeyFile(this.key), { force: true }); // of an agent that this host was before
    keepCertificate(this.key, joined.certificate);
    writeFileAtomically(this.ca, joined.ca, 0o644);
    const before = existsSync(this.config) ? readFileSync(this.config, "utf8") : "";
    const document = parseDocument(before);
    if (document.contents === null) document.contents = document.createNode({}) as never;
    document.setIn(["name"], joined.name);
    for (const key of ["tokenFile", "tls"]) {
      if (document.hasIn(["controller", key])) document.deleteIn(["controller", key]);
    }
    document.setIn(["controller", "address"], joined.address);
    document.setIn(["controller", "caFile"], basename(this.ca));
    document.setIn(["controller", "keyFile"], basename(this.key));
    if (joined.specKey) document.setIn(["trust", "specKey"], joined.specKey);
    else if (document.hasIn(["trust", "specKey"])) document.deleteIn(["trust", "specKey"]); // of another controller
    writeFileAtomically(this.config, document.toString());
  }

  private writing(write: () => void): void {
    try {
      write();
    } catch (cause) {
      const reason = `${(cause as Error).message}.`;
      throw errorOf("JOIN_FILE_UNWRITABLE", { folder: dirname(this.config), reason }, { cause });
    }
  }
}
