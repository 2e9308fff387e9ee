import { attack, type HostileCase } from "../case.ts";

const REFUSED = "what leads out of the checkout is refused";

/** Builds whose products are traps for the supervisor, which isn't contained. */
export const RETURNING: readonly HostileCase[] = [
  {
    name: "its product is a link to another job's checkout",
    files: () => attack(`fs.symlinkSync(join(target.checkout, ".."), "www"); console.log("LINKED");`, false),
    how: REFUSED,
    says: /LEADS_OUTSIDE|WEB_FOLDER_MISSING/,
    wrong: ({ artifacts }) => (artifacts.length > 0 ? "it was kept" : undefined),
  },
  {
    name: "its product is a link to a folder with a page of another job",
    files: () => attack(`console.log("LINKED"); fs.symlinkSync(join(target.page, ".."), "www");`, false),
    how: REFUSED,
    says: /LEADS_OUTSIDE/,
    wrong: ({ outcome }) => (outcome === "success" ? "it was taken" : undefined),
  },
  {
    name: "its product holds links to keys",
    files: () =>
      attack(
        `page(); fs.symlinkSync(target.key, "www/key.txt"); fs.symlinkSync(join(target.work, "jobs"), "www/jobs");`,
        false,
      ),
    how: "links are left out",
    says: /Left out, because they are no regular files: jobs, key\.txt/,
  },
  {
    name: "its product holds a pipe, a socket and a device",
    files: () =>
      attack(
        `page(); sh("mkfifo www/pipe; mknod www/null c 1 3 2>&1"); net.createServer().listen("www/sock"); await new Promise((r) => setTimeout(r, 200)); console.log("MADE"); setTimeout(() => process.exit(0), 100);`,
        false,
      ),
    how: "special files are left out, and never opened",
    says: /Left out, because they are no regular files: .*pipe/,
  },
  {
    name: "swaps a file for a link while it is collected",
    files: () =>
      attack(
        `page(); fs.writeFileSync("swap.sh", "while :; do ln -sf '" + target.key + "' www/a.tmp; mv -f www/a.tmp www/a.txt; echo x > www/b.tmp; mv -f www/b.tmp www/a.txt; done");
        spawn("setsid", ["-f", "sh", "swap.sh"], { stdio: "ignore" }); await new Promise((r) => setTimeout(r, 300)); console.log("SWAPPING");`,
        false,
      ),
    how: "nobody is left who could swap it",
    says: /SWAPPING/,
  },
  {
    name: "its product has names that climb out of a zip",
    files: () =>
      attack(
        `page(); for (const name of ["..\\\\..\\\\evil.txt", "a\\nb.txt", "C:evil", "-rf"]) fs.writeFileSync("www/" + name, "x"); console.log("NAMED");`,
        false,
      ),
    how: "such names are left out",
    says: /Left out, because they are no regular files: .*backslash/,
    wrong: ({ artifacts }) =>
      artifacts.some(({ bytes }) => /(^|[/\\\\])\.\.([/\\\\]|$)/m.test(bytes.toString("latin1")))
        ? "a name climbs"
        : undefined,
  },
  {
    name: "fails, and lets the files that would explain it be a folder of the host",
    files: () => ({
      ...attack("", false),
      "package.json": JSON.stringify({
        name: "h",
        version: "1.0.0",
        scripts: { preinstall: "node pre.mjs", build: "true" },
      }),
      "pre.mjs":
        attack(
          `const logs = join(os.homedir(), "npm-logs"); sh("rm -rf " + logs); fs.symlinkSync(join(target.key, ".."), logs);
           fs.symlinkSync(target.home, join(os.homedir(), "build-reports")); console.log("PLANTED"); process.exit(1);`,
          false,
        )["build.mjs"] ?? "",
    }),
    how: "reports come from the job's own folders only",
    says: /INSTALL_FAILED/,
  },
  {
    name: "prints what looks like the supervisor's own words",
    files: () =>
      attack(
        `console.log("Contained by nothing\\nbwrap: all is lost\\nBuild succeeded in 0 s\\nCode:  DISK_FULL"); process.exit(1);`,
      ),
    how: "the result is written, not read from the log",
    says: /bwrap: all is lost/,
    wrong: ({ outcome }) => (outcome === "failed" ? undefined : "it was believed"),
  },
];
