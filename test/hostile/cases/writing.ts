import { readdirSync } from "node:fs";
import { join } from "node:path";
import { attack, type HostileCase } from "../case.ts";

const NOT_THERE = "the folder isn't there, or can't be written";

/** Builds that write where they may not, or wait for the supervisor to do it for them. */
export const WRITING: readonly HostileCase[] = [
  {
    name: "writes into the home of the agent's user and the agent's folders",
    files: () =>
      attack(`for (const f of ["agent.yaml", "jobs/lother/lease.json", "tools/cordova.js", "caches/other/jar", "scratch/lother/.npmrc", "worktrees/lother/src/secret.ts", "logs/x"]) write(join(target.work, f));
        write(join(target.home, ".bashrc")); write(join(target.home, ".ssh/authorized_keys")); write(target.key);`),
    how: NOT_THERE,
    says: /REFUSED write \S+cordova\.js EROFS/,
  },
  {
    name: "writes into the system",
    files: () =>
      attack(
        `for (const f of ["/usr/bin/pwned", "/usr/local/bin/git", "/etc/passwd", "/etc/pwned", "/opt/pwned", "/pwned", "/var/pwned", "/run/pwned", "/sys/fs/cgroup/pwned", "/proc/sys/kernel/core_pattern"]) write(f);`,
      ),
    how: "the system is read-only",
    says: /REFUSED write \/usr\/bin\/pwned (EROFS|EACCES)/,
    wrong: ({ log }) => (/GOT write/.test(log) ? /GOT write.*/.exec(log)?.[0] : undefined),
  },
  {
    name: "plants hooks, filters and settings in the mirror of its app",
    files: () =>
      attack(`const objects = fs.readFileSync(".git/objects/info/alternates", "utf8").trim(); const mirror = join(objects, "..");
        for (const f of ["hooks/post-checkout", "config", "info/attributes", "objects/info/alternates", "HEAD"]) write(join(mirror, f), "PWNED");
        sh("git config core.fsmonitor 'touch " + target.work + "/pwned'; git update-ref refs/heads/main HEAD 2>&1");`),
    how: "the mirror is read-only for builds",
    says: /REFUSED write \S+config EROFS/,
  },
  {
    name: "makes its checkout a repository of its own, whose settings run programs",
    files: () =>
      attack(
        `fs.rmSync(".git", { recursive: true, force: true }); sh("git init -q . && git config core.fsmonitor 'touch " + target.work + "/pwned' && git config core.hooksPath hooks && mkdir -p hooks"); fs.writeFileSync("hooks/post-checkout", "#!/bin/sh\\ntouch " + target.work + "/pwned", { mode: 0o755 }); console.log("PLANTED");`,
      ),
    how: "no git of the supervisor works in a checkout",
    says: /PLANTED/,
  },
  {
    name: "brings filters, hooks and attributes in its commit",
    files: ({ work }) => ({
      ...attack(`console.log("CHECKED OUT");`),
      ".gitattributes": "* filter=evil diff=evil merge=evil\n",
      ".gitconfig": `[filter "evil"]\n\tsmudge = touch ${work}/pwned\n`,
      "hooks/post-checkout": `#!/bin/sh\ntouch ${work}/pwned\n`,
    }),
    how: "git runs without settings, hooks and filters",
    says: /CHECKED OUT/,
  },
  {
    name: "lays programs named git, sh and npm before those of the host",
    files: ({ work }) => ({
      ...attack(
        `for (const name of ["git", "sh", "npm", "node", "bwrap", "env"]) { fs.mkdirSync("node_modules/.bin", { recursive: true }); fs.writeFileSync("node_modules/.bin/" + name, "#!/bin/sh\\ntouch " + target.work + "/pwned\\n", { mode: 0o755 }); } console.log("LAID");`,
      ),
      "evil.sh": `#!/bin/sh\ntouch ${work}/pwned\n`,
    }),
    spec: ({ work }) => ({
      environment: { name: "e", variables: { EVIL: `${work}/worktrees`, BASH_ENV: "./evil.sh", ENV: "./evil.sh" } },
    }),
    how: "the supervisor takes programs of the host only",
    says: /LAID/,
  },
  {
    name: "sets variables that load code into every program",
    files: ({ work }) => ({
      ...attack(`console.log("LOADED", process.env.LD_PRELOAD);`),
      "evil.c": `#include <fcntl.h>\n#include <unistd.h>\n__attribute__((constructor)) void f(void) { close(open("${work}/pwned", O_CREAT | O_WRONLY, 0600)); }\n`,
      "package.json": JSON.stringify({
        name: "h",
        version: "1.0.0",
        scripts: { preinstall: "gcc -shared -fPIC -o /tmp/evil.so evil.c || true", build: "node build.mjs" },
      }),
    }),
    spec: () => ({
      environment: {
        name: "e",
        variables: {
          LD_PRELOAD: "/tmp/evil.so",
          LD_AUDIT: "/tmp/evil.so",
          GIT_SSH_COMMAND: "touch /tmp/pwned",
          PERL5OPT: "-M/tmp/x",
        },
      },
    }),
    how: "what starts a sandbox has an environment of its own",
    says: /LOADED \/tmp\/evil\.so/,
  },
  {
    name: "names a folder of its own as PATH, with an npm in it",
    files: ({ work, secrets }) => ({
      ...attack(""),
      "bin/npm": `#!/bin/sh\n/bin/cat '${secrets.key}'; /usr/bin/touch '${work}/pwned'; echo OWN NPM; /bin/mkdir -p www; echo page > www/index.html\n`,
    }),
    modes: { "bin/npm": 0o755 },
    spec: () => ({ environment: { name: "e", variables: { PATH: "bin" } } }),
    how: "a program is looked for in the sandbox",
    says: /OWN NPM/,
  },
  {
    name: "mounts, makes namespaces and becomes root",
    files: () =>
      attack(
        `sh("unshare -Ur id 2>&1; bwrap --ro-bind / / id 2>&1; mount -t tmpfs x /tmp 2>&1; su -c id 2>&1 </dev/null; sudo -n id 2>&1; chroot / id 2>&1; umount /proc 2>&1; echo ASKED");`,
      ),
    how: "no privileges, and no namespaces to get some",
    says: /(unshare|bwrap): .*/,
    wrong: ({ log }) => (/uid=0\(root\)/.test(log) ? "it became root" : undefined),
  },
  {
    name: "talks to the agent's socket",
    files: () =>
      attack(`await new Promise((done) => { const s = net.connect(target.socket, () => { console.log("CONNECTED"); s.end("{}\\n"); done(); }); s.on("error", (e) => { console.log("REFUSED socket", e.code); done(); }); });
        for (const f of ["/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/notify", "/run/systemd/private"]) attempt("socket " + f, () => fs.statSync(f) && "THERE");`),
    how: "no socket of the host is there",
    says: /REFUSED socket ENOENT/,
    wrong: ({ log }) => (/CONNECTED|THERE/.test(log) ? "a socket was there" : undefined),
  },
  {
    name: "talks to a server of the host, where builds have no network",
    files: () =>
      attack(
        `await new Promise((done) => { const s = net.connect(22, "127.0.0.1"); s.on("error", (e) => { console.log("REFUSED net", e.code); done(); }); s.on("connect", () => { console.log("CONNECTED"); s.destroy(); done(); }); }); console.log("INTERFACES", Object.keys(os.networkInterfaces()).join());`,
      ),
    isolation: { network: false },
    how: "a network of its own, which is empty",
    says: /INTERFACES (lo)?\n/,
  },
  {
    name: "leaves folders that nobody may enter, and one deeper than any path",
    files: () =>
      attack(`fs.mkdirSync("closed/inner", { recursive: true }); fs.writeFileSync("closed/inner/x", ""); fs.chmodSync("closed/inner", 0); fs.chmodSync("closed", 0);
        sh("mkdir -p deep && cd deep && for i in $(seq 300); do mkdir aaaaaaaaaaaaaaaaaaaaaaaaaaaa && cd aaaaaaaaaaaaaaaaaaaaaaaaaaaa || break; done; cd /tmp && mkdir -p ro/x && chmod 0 ro; echo LEFT");`),
    how: "the cleaning up opens them first",
    says: /LEFT/,
    wrong: ({ ground }) => {
      const left = ["worktrees", "scratch"].flatMap((name) => readdirSync(join(ground.work, name)));
      return left.join() === "lother,lother" ? undefined : `left on the host: ${left.join(", ")}`;
    },
  },
];
