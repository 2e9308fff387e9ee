import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { temporaryFolder } from "../support/controller.ts";
import { ran } from "../support/ran.ts";
import { startsAndStops } from "../support/start-controller.ts";
import { toolTest } from "../support/tool-test.ts";

toolTest(["npm"], "npm pack and npm install --global make a millwright that runs, with its native parts", async () => {
  const folder = temporaryFolder();
  const npm = (...words: string[]) => ran("npm", words, process.env, process.cwd());
  const packed = await npm("pack", "--silent", "--ignore-scripts", "--pack-destination", folder);
  expect(packed.code, packed.stderr).toBe(0);
  const [tarball = ""] = readdirSync(folder);
  const prefix = join(folder, "prefix");
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  const installed = await npm("install", "--global", "--prefix", prefix, ...quiet, join(folder, tarball));
  expect(installed.code, installed.stderr).toBe(0);

  const command = join(prefix, "bin/millwright");
  const env = { PATH: process.env["PATH"], HOME: folder };
  expect(await ran(command, ["--version"], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  const doctor = await ran(command, ["doctor", "--json"], env, folder);
  expect(doctor.code, doctor.stderr).toBe(0);
  expect(JSON.stringify(JSON.parse(doctor.stdout))).toContain(process.versions.node);
  await startsAndStops(command, folder, env);
  const product = readdirSync(join(prefix, "lib/node_modules/millwright"));
  expect(product).toEqual(expect.arrayContaining(["dist", "linux", "macos", "docs", "agent.config.example.yaml"]));
  expect(product).not.toContain("test");
});
