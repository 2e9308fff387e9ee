import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { Repository } from "../faults/repository.ts";
import { eventually } from "../support/eventually.ts";
import { binaries, Server } from "../support/postgres.ts";
import { NO_RADOSGW, Radosgw } from "../support/radosgw.ts";
import { Balancer } from "./balancer.ts";
import { BuildHost } from "./build-host.ts";
import { Https } from "./https.ts";
import { Replica } from "./replica.ts";

const LOOK_MS = 300;
const START_MS = 90_000;

export interface GroundOptions {
  folder: string;
  /** The CLI's main file, as it was built. */
  cli: string;
  replicas: number;
  slots: number;
  /** More settings of the bucket's address, such as `&direct=0`. */
  bucket: string;
}

/** Why it can't run here; undefined when it can. */
export function whyNot(): string | undefined {
  return binaries() ? NO_RADOSGW : "PostgreSQL is not installed: on Debian or Ubuntu test/prepare.sh does it";
}

/** Controllers on one PostgreSQL and one bucket, a balancer in front of them, and two build hosts that know only the balancer. */
export class Ground {
  readonly options: GroundOptions;
  readonly postgres = new Server(binaries() ?? "", []);
  readonly replicas: Replica[] = [];
  readonly hosts: BuildHost[] = [];
  readonly repository: Repository;
  readonly ledger: string;
  readonly caFile: string;
  store = "";
  api!: Https;
  httpBalancer!: Balancer;
  grpcBalancer!: Balancer;
  private radosgw!: Radosgw;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(options: GroundOptions) {
    this.options = options;
    this.repository = new Repository(join(options.folder, "app.git"));
    this.ledger = join(options.folder, "ledger");
    this.caFile = join(options.folder, "ca.pem");
    mkdirSync(this.ledger);
    mkdirSync(this.shared);
  }

  static async open(options: GroundOptions): Promise<Ground> {
    const ground = new Ground(options);
    try {
      await ground.start();
    } catch (error) {
      await ground.close();
      throw error;
    }
    return ground;
  }

  get shared(): string {
    return join(this.options.folder, "shared");
  }

  get url(): string {
    return `https://127.0.0.1:${this.httpBalancer.port}`;
  }

  get adminToken(): string {
    return readFileSync(join(this.shared, "admin.token"), "utf8").trim();
  }

  async query<R>(text: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.store, types: { getTypeParser: () => asNumber as never } });
    client.on("error", () => {}); // the query rejects too
    await client.connect();
    try {
      return (await client.query(text)).rows as R[];
    } finally {
      await client.end().catch(() => {}); // the server may be gone again
    }
  }

  /** Every agent is connected and has nothing to do. */
  async untilIdle(ms: number): Promise<void> {
    const idle = async () => {
      const { agents } = await this.api.get<{ agents: { state: string; running: number[] }[] }>("/agents");
      return agents.filter(({ state, running }) => state === "ready" && running.length === 0).length;
    };
    await eventually("all agents are ready", async () => (await idle()) === this.hosts.length, ms);
  }

  /** Everything that this made. May be called in any state. */
  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
    for (const { program } of this.hosts) await program.stop();
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    for (const balancer of [this.httpBalancer, this.grpcBalancer]) await balancer?.close();
    await this.radosgw?.close();
    await this.postgres.remove();
  }

  private async start(): Promise<void> {
    [this.radosgw] = await Promise.all([Radosgw.start(), this.postgres.start()]);
    this.store = await this.postgres.database();
    this.httpBalancer = await Balancer.open(() => this.replicas.map((replica) => replica.http));
    this.grpcBalancer = await Balancer.open(() => this.replicas.map((replica) => replica.grpc));
    await this.startReplicas();
    this.api = new Https(this.url, this.adminToken, readFileSync(this.caFile, "utf8"));
    await this.startHosts();
    await this.api.untilAnswered("POST", "/apps", { name: "app", gitUrl: this.repository.folder });
  }

  private async startReplicas(): Promise<void> {
    const { folder, cli, replicas, bucket } = this.options;
    const options = [
      ...["--store", this.store, "--shared", this.shared],
      ...["--blobs", await this.radosgw.newBucket(bucket), "--blobs-credentials", this.radosgw.credentialsFile()],
      ...["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--http-tls"],
      ...["--public-url", this.url, "--public-grpc", `127.0.0.1:${this.grpcBalancer.port}`],
    ];
    for (let number = 1; number <= replicas; number += 1) {
      const replica = new Replica(`controller-${number}`, folder, cli, options);
      this.replicas.push(replica);
      replica.start();
    }
    this.looking = this.look();
    await eventually("all controllers are ready", () => this.replicas.every(({ ready }) => ready), START_MS);
    copyFileSync(this.replicas[0]?.caFile ?? "", this.caFile);
  }

  /** One host shows the common token, the other one joins by an invitation. */
  private async startHosts(): Promise<void> {
    const { folder, cli, slots } = this.options;
    const common = { folder, cli, slots, caFile: this.caFile, grpcPort: this.grpcBalancer.port };
    const first = new BuildHost({ ...common, name: "host-1", tokenFile: join(this.shared, "agent.token") });
    const second = new BuildHost({ ...common, name: "host-2" });
    const invited = await this.api.untilAnswered("POST", "/agents/invitations", {
      name: "host-2",
      ttlSeconds: 600,
      uses: 1,
    });
    await second.join((JSON.parse(invited.body.toString()) as { line: string }).line);
    for (const host of [first, second]) {
      host.start();
      this.hosts.push(host);
    }
    await this.untilIdle(START_MS);
  }

  private async look(): Promise<void> {
    while (!this.closed) {
      await Promise.all(this.replicas.map((replica) => replica.look()));
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

/** Numbers of ours are below 2^53. */
function asNumber(text: string): string | number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
