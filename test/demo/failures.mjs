// `make demo-failures`: six broken apps, built for real, and what Millwright says about each.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { androidToolchain } from "./android.mjs";
import { BROKEN_APPS } from "./broken-apps.mjs";
import { CLI, sampleRepository, startPlayground } from "./playground.mjs";

const bold = (text) => `\u001b[1m${text}\u001b[0m`;
const toolchain = androidToolchain();
if (toolchain.lacking) {
  console.error(`The broken apps can't be built here: ${toolchain.lacking}`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "millwright-failures-"));
const playground = await startPlayground({ folder, kit: toolchain.kit });
const wrong = [];
try {
  for (const [index, broken] of BROKEN_APPS.entries()) {
    console.log(`\n${bold(`${index + 1}. ${broken.title}`)}`);
    const said = build(broken);
    console.log(said.trimEnd());
    if (!said.includes(`[${broken.code}, step`)) wrong.push(`${broken.name} should have failed with ${broken.code}`);
  }
} finally {
  await playground.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}
console.log(`\n${bold(wrong.length === 0 ? "Each failed as it should." : wrong.join("\n"))}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** Builds the sample app with one thing broken; answers what the CLI says of the failure, without the log. */
function build({ name, change }) {
  const app = join(folder, name);
  millwright(folder, "apps", "add", name, "--git-url", sampleRepository(app, change));
  return millwright(app, "package", "build", "android", "debug", "--no-download");
}

function millwright(cwd, ...args) {
  const env = { ...process.env, ...playground.environment };
  const { stdout, stderr, error } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (error) throw error;
  // The log and the steps are on stdout, the failure on stderr.
  return stderr === "" ? stdout.slice(-2000) : stderr;
}
