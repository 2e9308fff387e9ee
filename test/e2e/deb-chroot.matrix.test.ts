import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { ran } from "../support/ran.ts";
import { toolTest } from "../support/tool-test.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-deb-"));
const root = join(folder, "root");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inside = (command: string) => ran("chroot", [root, "/bin/sh", "-c", command], { PATH: process.env["PATH"] });

/** Debian's own nodejs may be older than what Millwright needs: that of this machine, as a package. */
function nodePackage(): void {
  const made = join(folder, "nodejs");
  for (const each of ["DEBIAN", "usr/bin"]) mkdirSync(join(made, each), { recursive: true });
  copyFileSync(process.execPath, join(made, "usr/bin/node"));
  const { node } = process.versions;
  const lines = [
    "Package: nodejs",
    `Version: ${node}`,
    "Architecture: all",
    "Maintainer: Test <t@test.invalid>",
    "Description: node",
  ];
  writeFileSync(join(made, "DEBIAN/control"), `${lines.join("\n")}\n`);
  execFileSync("dpkg-deb", ["-Zgzip", "-z1", "--build", made, join(root, "nodejs.deb")], { stdio: "pipe" });
}

// Needs root, and Debian's mirror for a system of its own: some minutes.
toolTest(
  ["debootstrap", "dpkg-deb", "chroot", "npm"],
  "the package is installed on a fresh Debian, upgraded with all its data, removed, and purged without a trace",
  async () => {
    const system = ["--variant=minbase", "--include=git,ca-certificates,libstdc++6", "bookworm", root];
    const made = await ran("debootstrap", system, process.env);
    expect(made.code, made.stdout.slice(-2000)).toBe(0);
    const built = await ran("linux/deb/build.sh", [join(folder, "out")], process.env, process.cwd());
    expect(built.code, built.stderr).toBe(0);
    copyFileSync(join(folder, "out", readdirSync(join(folder, "out"))[0] ?? ""), join(root, "millwright.deb"));

    const refused = await inside("dpkg -i /millwright.deb");
    expect(refused.stderr).toContain("millwright depends on nodejs (>= 20.19)");
    nodePackage();
    const installed = await inside("dpkg -i /nodejs.deb /millwright.deb");
    expect(installed.code, installed.stderr).toBe(0);
    expect((await inside("dpkg --verify millwright && millwright --version")).code).toBe(0);
    expect((await inside("getent passwd millwright")).stdout).toMatch(/:\/var\/lib\/millwright:\/usr\/sbin\/nologin$/m);
    expect((await inside("stat -c '%a %U %G' /etc/millwright /var/lib/millwright")).stdout).toBe(
      "770 root millwright\n750 millwright millwright\n",
    );
    const controller = "cd /var/lib/millwright && timeout --preserve-status 20 millwright controller --data controller";
    const run = await inside(`su -s /bin/sh millwright -c '${controller} --http 127.0.0.1:0 --grpc 127.0.0.1:0'`);
    expect(run.stderr).toContain("the controller is ready");
    expect(run.code).toBe(0);

    writeFileSync(join(root, "etc/millwright/agent.yaml"), "slots: 7\n");
    expect((await inside("dpkg -i /millwright.deb")).code).toBe(0);
    expect((await inside("cat /etc/millwright/agent.yaml")).stdout).toBe("slots: 7\n");
    expect((await inside("dpkg --remove millwright")).code).toBe(0);
    expect(existsSync(join(root, "var/lib/millwright/controller/millwright.db"))).toBe(true);
    expect(existsSync(join(root, "usr/lib/millwright"))).toBe(false);
    expect((await inside("dpkg --purge millwright")).code).toBe(0);
    expect([existsSync(join(root, "etc/millwright")), existsSync(join(root, "var/lib/millwright"))]).toEqual([
      false,
      false,
    ]);
    expect((await inside("getent passwd millwright")).code).toBe(2);
  },
);
