import { attack, type HostileCase } from "../case.ts";

const HIDDEN = "the file isn't there for the build";

function reads(name: string, of: string[]): HostileCase {
  return {
    name,
    files: () => attack(of.map((key) => `read(target.${key});`).join("\n")),
    how: HIDDEN,
    says: /REFUSED read \S+ ENOENT/,
  };
}

/** Builds that look for secrets. */
export const READING: readonly HostileCase[] = [
  reads("reads the agent's configuration", ["configuration"]),
  reads("reads the agent's key", ["key"]),
  reads("reads the journal and the settings of another job", ["lease", "settings"]),
  reads("reads the checkout of another job", ["checkout"]),
  reads("reads the home of another job", ["scratch"]),
  reads("reads the home of the agent's user", ["ssh", "npm", "netrc"]),
  reads("reads the mirror of another app", ["mirror"]),
  {
    name: "reads its own job folder, with the key for its materials",
    files: () =>
      attack(
        `const lease = process.env.MILLWRIGHT_LEASE; for (const f of ["host.json", "lease.json", "spec.json"]) read(join(target.work, "jobs", lease, f));`,
      ),
    how: HIDDEN,
    says: /REFUSED read \S+host\.json ENOENT/,
  },
  {
    name: "reads passwords and keys of the system",
    files: () =>
      attack(`for (const f of ["/etc/shadow", "/etc/sudoers", "/etc/ssh/sshd_config", "/etc/millwright/agent.yaml"]) read(f);
        attempt("list", () => "HOSTS " + fs.readdirSync("/etc/ssl/private").length);`),
    how: "of /etc only names, certificates and fonts are shown",
    says: /REFUSED read \/etc\/shadow ENOENT/,
    wrong: ({ log }) => (/GOT read|HOSTS/.test(log) ? "something of /etc was read" : undefined),
  },
  {
    name: "reads the environment of every process",
    files: () =>
      attack(`let seen = 0; for (const pid of fs.readdirSync("/proc").filter((n) => /^\\d+$/.test(n))) { seen++; read("/proc/" + pid + "/environ"); }
        console.log("SEEN", seen < 12 ? "few" : "many");
        read("/proc/" + target.daemon + "/environ");`),
    how: "a /proc of its own shows its own processes only",
    says: /SEEN few/,
  },
  {
    name: "walks through /proc/*/root and /proc/*/cwd to the key",
    files: () =>
      attack(
        `for (const pid of ["1", "2", process.ppid, target.daemon]) for (const way of ["root", "cwd"]) read("/proc/" + pid + "/" + way + target.key);`,
      ),
    how: "all processes it sees have its own view",
    says: /REFUSED read \/proc\/1\/root\S+ (ENOENT|EACCES)/,
  },
  {
    name: "has a link to the key in its repository, and reads it",
    files: () => attack(`read("link"); read("folder/agent.key");`),
    links: ({ secrets, root }) => ({ link: secrets.key, folder: `${root}/etc` }),
    how: "the link leads nowhere in the sandbox",
    says: /REFUSED read link ENOENT/,
  },
  {
    name: "makes a hard link to the key",
    files: () =>
      attack(`attempt("link", () => (fs.linkSync(target.key, "www.key"), fs.readFileSync("www.key", "utf8")));`),
    how: HIDDEN,
    says: /REFUSED link ENOENT/,
  },
  {
    name: "looks for files that were left open for it",
    files: () =>
      attack(
        `for (const fd of fs.readdirSync("/proc/self/fd")) attempt("fd", () => { const to = fs.readlinkSync("/proc/self/fd/" + fd); if (Number(fd) > 2 && to.startsWith("/") && !to.startsWith(process.cwd()) && !to.startsWith("/dev/") && !to.startsWith("/proc/")) console.log("OPEN", to); return "looked"; });`,
      ),
    how: "nothing of the supervisor is inherited",
    says: /GOT fd looked/,
    wrong: ({ log }) => /OPEN .*/.exec(log)?.[0],
  },
  {
    name: "reads memory and disks of the host",
    files: () =>
      attack(`for (const f of ["/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/proc/kcore", "/proc/kmsg"]) attempt("open " + f, () => fs.openSync(f, "r") && "OPENED");
        sh("mknod disk b 254 0 2>&1; mknod mem c 1 1 2>&1");`),
    how: "a /dev of its own, without privileges",
    says: /REFUSED open \/dev\/mem ENOENT/,
    wrong: ({ log }) => (/OPENED/.test(log) ? "a device was opened" : undefined),
  },
  {
    name: "an npm package's lifecycle script reads the key",
    files: () => ({
      ...attack(""),
      "package.json": JSON.stringify({
        name: "h",
        version: "1.0.0",
        scripts: { build: "node build.mjs", preinstall: "node pre.mjs", postinstall: "node pre.mjs" },
      }),
      "pre.mjs": attack(`read(target.key); read(target.npm);`, false)["build.mjs"] ?? "",
    }),
    how: "installing is contained as building is",
    says: /REFUSED read \S+agent\.key ENOENT/,
    // npm shows what scripts print only when they fail.
    wrong: () => undefined,
  },
  {
    name: "an .npmrc with a shell of its own and another's cache",
    files: ({ work }) => ({
      ...attack(""),
      ".npmrc": `script-shell=./shell.sh\ncache=${work}/scratch/lother\nprefix=${work}/tools\nuserconfig=${work}/scratch/lother/.npmrc\n`,
      "shell.sh": `#!/bin/sh\ncat "${work}/jobs/lother/lease.json" "${work}/scratch/lother/.npmrc"; echo PWNED > "${work}/tools/pwned"; echo SHELL RAN; shift; exec sh -c "$*"\n`,
    }),
    how: "whatever npm is told, it works in the sandbox",
    says: /SHELL RAN/,
  },
  {
    name: "a shell of its web build prints the key",
    files: ({ secrets }) => ({
      ...attack(""),
      "package.json": JSON.stringify({
        name: "h",
        version: "1.0.0",
        scripts: { build: `cat '${secrets.key}' ; echo TRIED; node build.mjs` },
      }),
    }),
    how: HIDDEN,
    says: /TRIED/,
  },
];
