import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer as createWebServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { endNaming } from "../../src/base/processes/tree.ts";

type SecretPlace =
  | "configuration"
  | "key"
  | "lease"
  | "settings"
  | "checkout"
  | "scratch"
  | "ssh"
  | "npm"
  | "netrc"
  | "mirror"
  | "page";

/** A build host with all that an attacker would want, as files and processes of the agent's user. */
export interface Ground {
  root: string;
  work: string;
  home: string;
  /** The agent's configuration, its key, the journal and folders of another job, secrets of the home folder. */
  secrets: Record<SecretPlace, string>;
  /** A word that stands in each of them, in the environment of the daemon, and nowhere else. */
  canary: string;
  daemon: ChildProcess;
  socket: string;
  /** Connections that came to the agent's socket. */
  knocks: () => number;
  /** A server of the host on loopback, as the agent's /metrics, and how often it was asked. */
  pagePort: number;
  pageViews: () => number;
  /** As whom supervisors run; undefined: as whoever runs this. */
  user: number | undefined;
  close(): Promise<void>;
}

const NOBODY = 65_534;

/** Builds a host in a new folder below `parent`. As root everything belongs to a user without rights, as the agent would be. */
export async function makeGround(parent: string): Promise<Ground> {
  const root = mkdtempSync(join(parent, "millwright-hostile-"));
  chmodSync(root, 0o755);
  const canary = `CANARY${randomBytes(12).toString("hex")}`;
  const [work, home] = [join(root, "agent"), join(root, "home")];
  const secrets = {
    configuration: join(root, "etc", "agent.yaml"),
    key: join(root, "etc", "agent.key"),
    lease: join(work, "jobs", "lother", "lease.json"),
    settings: join(work, "jobs", "lother", "host.json"),
    checkout: join(work, "worktrees", "lother", "src", "secret.ts"),
    scratch: join(work, "scratch", "lother", ".npmrc"),
    ssh: join(home, ".ssh", "id_ed25519"),
    npm: join(home, ".npmrc"),
    netrc: join(home, ".netrc"),
    mirror: join(work, "mirrors", "other.git", "config"),
    page: join(home, "public", "index.html"),
  };
  for (const file of Object.values(secrets)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${canary}\n`, { mode: 0o600 });
  }
  for (const name of ["tools", "caches/npm", "caches/other"]) mkdirSync(join(work, name), { recursive: true });
  writeFileSync(join(work, "tools", "cordova.js"), "the agent's own cordova\n");
  writeFileSync(join(work, "caches", "other", "jar"), "another cache\n");
  const socket = join(work, "agent.sock");
  let knocks = 0;
  const server = createServer((each) => {
    knocks += 1;
    each.destroy();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o777);
  let views = 0;
  const web = createWebServer((_request, response) => {
    views += 1;
    response.end("SERVED");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port: pagePort } = web.address() as AddressInfo;
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  if (user !== undefined) execFileSync("chown", ["-R", `${user}:${user}`, root]);
  const daemon = spawn("sleep", ["3600"], {
    detached: true,
    stdio: "ignore",
    env: { PATH: "/usr/bin:/bin", AGENT_TOKEN: canary },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const close = async () => {
    web.closeAllConnections();
    web.close();
    await closeGround(root, daemon, server);
  };
  return {
    root,
    work,
    home,
    secrets,
    canary,
    daemon,
    socket,
    knocks: () => knocks,
    pagePort,
    pageViews: () => views,
    user,
    close,
  };
}

async function closeGround(root: string, daemon: ChildProcess, server: Server): Promise<void> {
  daemon.kill("SIGKILL");
  await endNaming("sleep 47110", 100); // what a build without a sandbox left
  await new Promise<void>((resolve) => server.close(() => resolve()));
  // Cases make folders that nobody may enter, and deeper ones than a path can name: `rm` knows how.
  execFileSync("chmod", ["-R", "u+rwX", root], { stdio: "ignore" });
  execFileSync("rm", ["-rf", root]);
}

/** Every file of the host but those that any build changes: path, kind and SHA-256, to be compared. */
export function snapshot(ground: Ground): string[] {
  const found: string[] = [];
  const look = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const kept = path.slice(ground.root.length);
      if (/^\/(repositories|next|agent\/caches\/npm|agent\/jobs\/l[0-9a-f]|agent\/mirrors\/[^o])/.test(kept)) continue;
      const stat = lstatSync(path);
      if (stat.isDirectory()) {
        found.push(`${kept}/`);
        look(path);
      } else
        found.push(`${kept} ${stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? hashOf(path) : "special"}`);
    }
  };
  look(ground.root);
  return found;
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
