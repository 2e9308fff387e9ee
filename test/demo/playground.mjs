// Starts a controller and an agent on free ports in one folder, as a user would, for the demo, the tests and `make run`.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const CLI = join(ROOT, "dist/cli/main.js");
export const SAMPLE = join(ROOT, "test/fixtures/apps/hello");

/**
 * `folder` takes everything. `kit` is an Android kit's folder, or undefined for the host's own SDK. `extra` are lines added
 * to the agent's configuration, `agentEnvironment` variables of its process. Answers the CLI's environment and `stop()`.
 */
export async function startPlayground({ folder, kit, slots = 1, extra = "", agents = 1, agentEnvironment = {} }) {
  const data = join(folder, "controller");
  mkdirSync(data, { recursive: true });
  const controller = start(
    ["controller", "--data", data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
    folder,
    "controller",
  );
  const addresses = await waitFor("the controller", controller, () => {
    const file = join(data, "addresses.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  });
  const environment = {
    MILLWRIGHT_URL: addresses.http,
    MILLWRIGHT_TOKEN: readFileSync(join(data, "admin.token"), "utf8").trim(),
  };
  const started = [];
  for (let number = 1; number <= agents; number += 1) {
    const config = writeAgentConfig({ folder, data, kit, slots, extra, number, grpc: addresses.grpc });
    started.push(start(["agent", "--config", config], folder, `agent-${number}`, agentEnvironment));
  }
  await waitFor("the agent", started[0], async () => {
    const response = await fetch(`${addresses.http}/api/v1/agents`, {
      headers: { authorization: `Bearer ${environment.MILLWRIGHT_TOKEN}` },
    });
    const known = (await response.json()).agents ?? [];
    return known.filter((agent) => agent.state === "ready").length === agents;
  });
  const processes = [...started, controller];
  return {
    environment,
    folder,
    controller,
    agents: started,
    /** Starts agent `number` again, with the configuration it had, after it was ended. */
    restartAgent: (number = 1) => {
      const child = start(
        ["agent", "--config", join(folder, `agent-${number}.config.yaml`)],
        folder,
        `agent-${number}`,
        agentEnvironment,
      );
      processes.unshift(child);
      return child;
    },
    stop: async () => {
      for (const child of processes) await stop(child);
      await checkoutsRemoved(folder, agents);
    },
  };
}

/** A supervisor says how its build ended before it removes the checkout, and goes on with that without its agent. */
async function checkoutsRemoved(folder, agents) {
  const folders = Array.from({ length: agents }, (_, index) => join(folder, `agent-${index + 1}/worktrees`));
  const left = () => folders.filter((each) => existsSync(each) && readdirSync(each).length > 0);
  const deadline = Date.now() + 60_000;
  while (left().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
}

function writeAgentConfig({ folder, data, kit, slots, extra, number, grpc }) {
  const config = join(folder, `agent-${number}.config.yaml`);
  const environmentFile = kit ? `environmentFile: ${JSON.stringify(join(kit, "environment"))}\n` : ownSdk();
  writeFileSync(
    config,
    `name: demo-${number}
controller:
  address: ${grpc}
  caFile: ${JSON.stringify(join(data, "ca.pem"))}
  tokenFile: ${JSON.stringify(join(data, "agent.token"))}
workFolder: agent-${number}
slots: ${slots}
${environmentFile}http:
  address: 127.0.0.1:0
disk:
  minFree: 1GiB
${extra}`,
  );
  return config;
}

/** The SDK that is on this host already is named to builds as a person would do it. */
function ownSdk() {
  const names = ["ANDROID_HOME", "ANDROID_SDK_ROOT", "JAVA_HOME"].filter((name) => process.env[name]);
  if (names.length === 0) return "";
  return `environment:\n${names.map((name) => `  ${name}: ${JSON.stringify(process.env[name])}\n`).join("")}`;
}

/**
 * The sample app as a clone with one commit, pushed to a bare repository beside it (`FOLDER.git`). `change(folder)` may edit
 * it before the commit. Answers the address of the bare one.
 */
export function sampleRepository(folder, change = () => {}) {
  const made = /\/(node_modules|platforms|plugins|www)(\/|$)/;
  cpSync(SAMPLE, folder, { recursive: true, filter: (name) => !made.test(name.slice(SAMPLE.length)) });
  change(folder);
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "A sample app");
  const bare = `${folder}.git`;
  git(folder, "clone", "--quiet", "--bare", folder, bare);
  git(folder, "remote", "add", "origin", bare);
  git(folder, "fetch", "--quiet", "origin");
  return bare;
}

export function git(folder, ...args) {
  const identity = ["-c", "user.name=Millwright", "-c", "user.email=demo@millwright.invalid"];
  return execFileSync("git", ["-C", folder, ...identity, ...args], { encoding: "utf8" }).trim();
}

/** A keystore made for the occasion; answers what `profiles add` needs. */
export function demoKeystore(folder) {
  const keystore = join(folder, "demo.keystore");
  const passwordFile = join(folder, "demo.password");
  writeFileSync(passwordFile, `demo-${Math.random().toString(36).slice(2)}\n`, { mode: 0o600 });
  const owner = ["-alias", "demo", "-dname", "CN=Millwright Demo, O=Example", "-validity", "10000"];
  const key = ["-keyalg", "RSA", "-keysize", "2048", "-storetype", "PKCS12", "-keystore", keystore];
  execFileSync("keytool", ["-genkeypair", ...owner, ...key, "-storepass:file", passwordFile], { stdio: "pipe" });
  return { keystore, passwordFile, alias: "demo" };
}

function start(args, folder, name, environment = {}) {
  const log = openSync(join(folder, `${name}.log`), "a");
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", log, log], cwd: folder, env });
  child.logFile = join(folder, `${name}.log`);
  return child;
}

export async function stop(child, ms = 30_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  await ended;
  clearTimeout(timer);
}

async function waitFor(what, child, probe, ms = 30_000) {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const answer = await Promise.resolve(probe()).catch(() => undefined);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not become ready:\n${readFileSync(child.logFile, "utf8").slice(-2000)}`);
}
