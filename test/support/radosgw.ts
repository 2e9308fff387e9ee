import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { newId } from "../../src/base/ids.ts";
import { which } from "../../src/base/processes/which.ts";
import { eventually } from "./eventually.ts";

const PROGRAMS = ["monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin"];
const run = promisify(execFile);

/** Why tests with a bucket are skipped; undefined when they can run. With CI=true they fail instead. */
export const NO_RADOSGW = lacking();

function lacking(): string | undefined {
  const missing = PROGRAMS.filter((program) => !which(program, process.env["PATH"] ?? ""));
  if (missing.length === 0 || process.env["CI"] === "true") return undefined;
  return `not on PATH: ${missing.join(", ")} (Debian: apt-get install radosgw ceph-mon ceph-osd)`;
}

/** A real S3 server of one's own: Ceph with everything in memory, in a temporary folder and on free ports. */
export class Radosgw {
  readonly accessKeyId = "TESTKEYID0000000";
  readonly secretAccessKey = "aSecretThatMustNeverBeSeenAnywhere0";
  readonly endpoint: string;
  private readonly folder: string;
  private readonly port: number;
  private readonly children: ChildProcess[] = [];
  private gateway: ChildProcess | undefined;
  private closed = false;
  private readonly killAll = () => {
    for (const child of this.children) child.kill("SIGKILL");
  };

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
    this.endpoint = `http://127.0.0.1:${port}`;
    process.on("exit", this.killAll);
  }

  /** Takes about two seconds. */
  static async start(): Promise<Radosgw> {
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    const folder = mkdtempSync(join(tmpdir(), "millwright-radosgw-"));
    const [monitor = 0, port = 0] = await freePorts(2);
    const server = new Radosgw(folder, port);
    try {
      await server.startCluster(monitor);
      await server.startGateway();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get credentials() {
    return { accessKeyId: this.accessKeyId, secretAccessKey: this.secretAccessKey };
  }

  /** An address for `--blobs` in a bucket of its own, which is empty; `endpoint` when it is reached by another way. */
  async newBucket(settings = "", endpoint = this.endpoint): Promise<string> {
    const name = newId("test-bucket-");
    const client = new S3Client({
      endpoint: this.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: this.credentials,
    });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
    return `s3://${name}/some/prefix?endpoint=${endpoint}&pathStyle=1${settings}`;
  }

  /** A file as `--blobs-credentials` wants it. */
  credentialsFile(secretAccessKey = this.secretAccessKey): string {
    const file = join(this.folder, newId("credentials-"));
    writeFileSync(file, `AWS_ACCESS_KEY_ID=${this.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`, {
      mode: 0o600,
    });
    return file;
  }

  get gatewayRuns(): boolean {
    return this.gateway !== undefined;
  }

  /** The bucket is away; what it holds stays. */
  async stopGateway(): Promise<void> {
    const { gateway } = this;
    this.gateway = undefined;
    if (!gateway || gateway.exitCode !== null) return;
    const gone = new Promise((resolve) => gateway.once("exit", resolve));
    gateway.kill("SIGKILL");
    await gone;
  }

  async startGateway(): Promise<void> {
    this.gateway = this.start("radosgw", "-n", "client.rgw", "-f");
    await eventually("the gateway answers", async () => (await fetch(this.endpoint)).ok, 60_000);
  }

  async close(): Promise<void> {
    this.closed = true;
    process.off("exit", this.killAll);
    const living = this.children.filter((child) => child.exitCode === null && child.signalCode === null);
    const gone = living.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.killAll();
    await Promise.all(gone);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startCluster(monitor: number): Promise<void> {
    const address = `[v1:127.0.0.1:${monitor}]`;
    const id = randomUUID();
    for (const name of ["mon", "osd", "run"]) mkdirSync(join(this.folder, name));
    writeFileSync(this.configuration, configurationOf(this.folder, id, address, this.port));
    const map = join(this.folder, "monmap");
    await this.call("monmaptool", "--create", "--fsid", id, "--addv", "a", address, map);
    await this.call("ceph-mon", "-i", "a", "--mkfs", "--monmap", map);
    this.start("ceph-mon", "-i", "a", "-f");
    await this.call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", randomUUID());
    const store = readFileSync(join(this.folder, "osd/fsid"), "utf8").trim();
    // On a busy machine the monitor refuses while it is not quite there; the same again changes nothing.
    const known = () => this.call("ceph", "osd", "new", store, "0").then(() => true);
    await eventually("the monitor knows the store", known, 60_000);
    this.startStore();
    const keys = [`--access-key=${this.accessKeyId}`, `--secret-key=${this.secretAccessKey}`];
    const name = ["-n", "client.rgw"];
    await this.call("radosgw-admin", ...name, "user", "create", "--uid=test", "--display-name=test", ...keys);
  }

  /** Now and then it ends at its start, because it asked the monitor too early. */
  private startStore(): void {
    const child = this.start("ceph-osd", "-i", "0", "-f");
    child.once("exit", (code) => {
      if (code !== null && !this.closed) this.startStore();
    });
  }

  private get configuration(): string {
    return join(this.folder, "ceph.conf");
  }

  private async call(program: string, ...args: string[]): Promise<void> {
    await run(program, ["-c", this.configuration, ...args], { timeout: 60_000 });
  }

  private start(program: string, ...args: string[]): ChildProcess {
    const child = spawn(program, ["-c", this.configuration, ...args], { stdio: "ignore" });
    this.children.push(child);
    return child;
  }
}

/** One monitor, one store in memory, no authentication between them; the short intervals make it start in two seconds. */
function configurationOf(folder: string, id: string, monitor: string, port: number): string {
  return `[global]
fsid = ${id}
mon host = ${monitor}
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = ${folder}/run
admin socket =
log file = ${folder}/$name.log
log to stderr = false
mon cluster log file = ${folder}/cluster.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
osd crush chooseleaf type = 0
mon data avail crit = 1
mon max pg per osd = 10000
paxos propose interval = 0.02
paxos min wait = 0.01
mon tick interval = 1
osd heartbeat interval = 1
osd client watch timeout = 1
rgw enable gc threads = false
rgw enable lc threads = false
rgw enable quota threads = false
rgw run sync thread = false
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
crush location = root=default host=h
osd class update on start = false
[client.rgw]
rgw num control oids = 1
rgw frontends = beast endpoint=127.0.0.1:${port}
`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
