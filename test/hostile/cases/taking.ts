import { attack, type HostileCase } from "../case.ts";

/** Builds that take all there is. */
export const TAKING: readonly HostileCase[] = [
  {
    name: "a fork bomb",
    files: () => attack(`sh("bomb() { bomb | bomb & }; bomb; sleep 3"); console.log("SURVIVED");`),
    isolation: { maxProcesses: 200 },
    host: { timeoutMs: 20_000 },
    how: "the kernel counts the processes of the sandbox",
    says: /Cannot fork|Resource temporarily unavailable|EAGAIN|Build (succeeded|failed)/,
  },
  {
    name: "fills the memory",
    files: () =>
      attack(
        `const all = []; for (;;) { all.push(Buffer.alloc(64 * 2 ** 20, 1)); await new Promise((r) => setTimeout(r, 50)); }`,
      ),
    isolation: { maxMemoryBytes: 600 * 2 ** 20 },
    how: "the supervisor stops it",
    says: /it used \S+ \S+ of memory, and the host allows/,
    wrong: ({ code }) => (code === "BUILD_OVER_LIMIT" ? undefined : `it ended with ${code}`),
  },
  {
    name: "fills the memory by files of /dev/shm and /dev",
    files: () =>
      attack(
        `sh("dd if=/dev/zero of=/dev/shm/big bs=1M count=3000 2>&1 | tail -1; dd if=/dev/zero of=/dev/big bs=1M count=10 2>&1 | tail -1; df /dev/shm");`,
      ),
    how: "a limit of its own",
    says: /No space left on device|1\.1 GB/,
  },
  {
    name: "fills the disk",
    files: () =>
      attack(
        `const fd = fs.openSync("big", "w"); for (;;) { fs.writeSync(fd, Buffer.alloc(8 * 2 ** 20, 1)); await new Promise((r) => setTimeout(r, 20)); }`,
      ),
    isolation: { maxDiskBytes: 200 * 2 ** 20 },
    how: "the supervisor stops it",
    says: /it used \S+ \S+ of disk, and the host allows/,
    wrong: ({ code }) => (code === "BUILD_OVER_LIMIT" ? undefined : `it ended with ${code}`),
  },
  {
    name: "fills the disk behind /tmp",
    files: () =>
      attack(
        `const fd = fs.openSync("/tmp/big", "w"); for (;;) { fs.writeSync(fd, Buffer.alloc(8 * 2 ** 20, 1)); await new Promise((r) => setTimeout(r, 20)); }`,
      ),
    isolation: { maxDiskBytes: 200 * 2 ** 20 },
    how: "the supervisor stops it",
    says: /it used \S+ \S+ of disk, and the host allows/,
  },
  {
    name: "makes very many small files",
    files: () =>
      attack(
        `for (let d = 0; ; d++) { fs.mkdirSync("many/" + d, { recursive: true }); for (let i = 0; i < 500; i++) fs.writeFileSync("many/" + d + "/" + i, "x"); await new Promise((r) => setTimeout(r, 1)); }`,
      ),
    isolation: { maxDiskBytes: 40 * 2 ** 20 },
    how: "the supervisor stops it",
    says: /it used \S+ \S+ of disk, and the host allows/,
  },
  {
    name: "floods the log",
    files: () =>
      attack(
        `const line = "flood ".repeat(1000) + "\\n"; for (let i = 0; i < 20000; i++) fs.writeSync(1, line); console.log("\\nFLOODED");`,
      ),
    how: "the log keeps its beginning and its end",
    says: /bytes of the log were left out here/,
    wrong: ({ log }) => (log.length > 2 * 2 ** 20 ? `the log has ${log.length} bytes` : undefined),
  },
  {
    name: "never ends, and prints",
    files: () => attack(`setInterval(() => console.log("working"), 200); await new Promise(() => {});`),
    host: { timeoutMs: 5_000 },
    how: "the time limit of the job",
    says: /working/,
    wrong: ({ code }) => (code === "BUILD_TIMED_OUT" ? undefined : `it ended with ${code}`),
  },
  {
    name: "raises its own limits and priority",
    files: () =>
      attack(
        `sh("ulimit -Hc 100 2>&1 || echo NOT; ulimit -c; ulimit -Hu 1000000 2>&1; renice -n -19 $$ 2>&1; echo -1000 > /proc/self/oom_score_adj; prlimit --nproc=100000:100000 --pid $$ 2>&1; echo ASKED");`,
      ),
    isolation: { maxProcesses: 500 },
    how: "limits can only be lowered",
    says: /ASKED/,
    wrong: ({ log }) =>
      /failed to set|Permission denied|not permitted/i.test(log) ? undefined : "nothing was refused",
  },
  {
    name: "asks for a core dump",
    files: () =>
      attack(`sh("ulimit -c; sh -c 'kill -SEGV $$'; ls core* 2>/dev/null; echo CORE $(ls | grep -c '^core')");`),
    how: "its limit is 0",
    says: /CORE 0/,
  },
];
