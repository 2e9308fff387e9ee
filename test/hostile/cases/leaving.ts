import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { attack, type HostileCase } from "../case.ts";

const ENDS = "all processes of the sandbox end with it";

/** Whether a process of the host carries this word in its command line. */
function runs(word: string): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(word);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

function stays(name: string, script: string, word: string): HostileCase {
  return {
    name,
    files: () => attack(`${script} console.log("STAYS");`),
    how: ENDS,
    says: /STAYS/,
    wrong: () => (runs(word) ? "it still runs" : undefined),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Builds that attack processes, or leave some behind. */
export const LEAVING: readonly HostileCase[] = [
  {
    name: "kills its parents, the daemon and everybody",
    files: () =>
      attack(`for (const pid of [target.daemon, process.ppid - 1000, 99999]) attempt("kill " + pid, () => process.kill(pid, "SIGKILL"));
        console.log("KILLING"); page(); sh("sleep 0.2; kill -9 -1");`),
    how: "it sees its own processes only; the supervisor tells the end",
    says: /REFUSED kill \d+ ESRCH/,
    wrong: ({ outcome }) => (outcome === "none" ? "the supervisor left no result" : undefined),
  },
  {
    name: "stops everybody",
    files: () =>
      attack(
        `attempt("stop", () => process.kill(target.daemon, "SIGSTOP")); attempt("stop all", () => process.kill(1, "SIGSTOP"));`,
      ),
    how: "it sees its own processes only",
    says: /REFUSED stop ESRCH/,
    wrong: ({ ground }) =>
      /\) T /.test(readFileSync(`/proc/${ground.daemon.pid}/stat`, "utf8")) ? "the daemon was stopped" : undefined,
  },
  {
    name: "writes into the memory of the daemon (ptrace)",
    files: () =>
      attack(
        `write("/proc/" + target.daemon + "/mem"); attempt("trace", () => execFileSync("strace", ["-p", String(target.daemon)], { timeout: 3000, encoding: "utf8", stdio: "pipe" }));`,
      ),
    how: "there is no such process for it",
    says: /REFUSED write \/proc\/\d+\/mem ENOENT/,
  },
  stays("forks twice and stays", `sh("(sleep 4711001 & ) & ");`, "4711001"),
  stays(
    "leaves its session and stays",
    `spawn("setsid", ["-f", "sleep", "4711002"], { stdio: "ignore", detached: true }).unref();`,
    "4711002",
  ),
  stays(
    "stays with an empty environment, so that nobody knows it by that",
    `spawn("setsid", ["-f", "env", "-i", "/bin/sh", "-c", "trap '' TERM HUP INT; while :; do sleep 4711003; done"], { stdio: "ignore", detached: true }).unref();`,
    "4711003",
  ),
  {
    name: "opens a port that outlives it",
    files: () =>
      attack(`fs.writeFileSync("server.mjs", "import net from 'node:net'; net.createServer().listen(0, '127.0.0.1', function () { console.log('PORT', this.address().port) })");
        const child = spawn("setsid", [process.execPath, "server.mjs"], { detached: true, stdio: ["ignore", "inherit", "inherit"] }); child.unref();
        await new Promise((r) => setTimeout(r, 1500));`),
    how: ENDS,
    says: /PORT \d+/,
    wrong: async ({ log }) =>
      (await accepts(Number(/PORT (\d+)/.exec(log)?.[1]))) ? "the port is still open" : undefined,
  },
  {
    name: "keeps its output open",
    files: () => attack(`spawn("setsid", ["-f", "sleep", "4711004"], { stdio: "inherit" });  console.log("HELD");`),
    how: ENDS,
    says: /HELD/,
    wrong: ({ log }) => (/still held its output/.test(log) ? "the supervisor had to wait for it" : undefined),
  },
  {
    name: "lays a trap for the next build into /tmp, HOME and shared memory",
    files: () =>
      attack(`for (const f of ["/tmp/trap", "/var/tmp/trap", "/dev/shm/trap4711", join(os.homedir(), ".bashrc"), join(os.homedir(), ".npmrc")]) write(f, "PWNED");
        sh("ipcmk -M 4096 -p 0666");`),
    how: "they are its own, and go with it",
    says: /GOT write \/tmp\/trap written/,
    wrong: () => (readdirSync("/dev/shm").includes("trap4711") ? "a file stayed in /dev/shm" : undefined),
  },
  {
    name: "makes itself a service, a timer and a job of cron",
    files: () =>
      attack(
        `sh("systemd-run --user --on-active=1 touch /tmp/x; echo 'touch /tmp/x' | at now; (echo '* * * * * touch /tmp/x') | crontab -; true; echo ASKED");`,
      ),
    how: "none of the services can be reached",
    says: /ASKED/,
  },
];
