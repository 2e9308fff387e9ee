import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { which } from "../../src/base/processes/which.ts";
import { temporaryFolder } from "../support/controller.ts";
import { ran } from "../support/ran.ts";
import { startsAndStops } from "../support/start-controller.ts";
import { toolTest } from "../support/tool-test.ts";

const read = (command: string, ...words: string[]) =>
  execFileSync(command, words, { encoding: "utf8", stdio: "pipe", maxBuffer: 64 * 2 ** 20 });

toolTest(
  ["dpkg-deb", "npm"],
  "make deb makes a package that holds the product, its units and a command that runs",
  async () => {
    const folder = temporaryFolder();
    const built = await ran("linux/deb/build.sh", [join(folder, "out")], process.env, process.cwd());
    expect(built.code, built.stderr).toBe(0);
    const [name = ""] = readdirSync(join(folder, "out"));
    const deb = join(folder, "out", name);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(name).toMatch(new RegExp(`^millwright_${version}_[a-z0-9]+\\.deb$`));
    expect(read("dpkg-deb", "--field", deb, "Depends")).toMatch(/^nodejs \(>= 20\.19\), git,/);

    const contents = read("dpkg-deb", "--contents", deb);
    expect(contents).toMatch(
      /^lrwxrwxrwx root\/root .* \.\/usr\/bin\/millwright -> \.\.\/lib\/millwright\/dist\/cli\/main\.js$/m,
    );
    for (const unit of ["agent", "controller"]) {
      expect(contents).toMatch(new RegExp(` \\./usr/lib/systemd/system/millwright-${unit}\\.service$`, "m"));
    }
    expect(contents).toContain("./usr/share/doc/millwright/copyright");
    expect(contents).not.toMatch(/node_modules\/(vitest|typescript|eslint)\//);
    expect(contents).not.toMatch(/^-..s|^-.....s|root\/root .* \.\/(etc|var|home)\//m);

    const control = join(folder, "control");
    read("dpkg-deb", "--control", deb, control);
    expect(readdirSync(control).toSorted()).toEqual(["control", "md5sums", "postinst", "postrm", "prerm"]);
    for (const script of ["postinst", "postrm", "prerm"])
      expect(statSync(join(control, script)).mode & 0o777).toBe(0o755);

    const root = join(folder, "root");
    mkdirSync(root);
    read("dpkg-deb", "--extract", deb, root);
    const env = { PATH: process.env["PATH"], HOME: folder };
    const command = join(root, "usr/bin/millwright");
    expect(await ran(command, ["--version"], env)).toMatchObject({ code: 0, stdout: `${version}\n` });
    await startsAndStops(command, folder, env);

    if (!which("lintian", process.env["PATH"] ?? "")) return; // no part of what tests install
    const { stdout } = await ran("lintian", ["--tag-display-limit", "0", deb], process.env);
    expect(stdout.split("\n").filter((line) => line.startsWith("E:"))).toEqual([]);
  },
);
