// `make run`: leaves a controller and an agent up, with the sample app registered, until Ctrl-C.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { androidToolchain } from "./android.mjs";
import { CLI, ROOT, sampleRepository, startPlayground } from "./playground.mjs";

const folder = join(ROOT, ".run");
mkdirSync(folder, { recursive: true });
const toolchain = androidToolchain();
const playground = await startPlayground({ folder, kit: toolchain.kit });
const app = join(folder, "hello");
if (!existsSync(app)) {
  const env = { ...process.env, ...playground.environment };
  spawnSync(process.execPath, [CLI, "apps", "add", "hello", "--git-url", sampleRepository(app)], {
    env,
    stdio: "inherit",
  });
}
const what = toolchain.lacking ? "deploy build" : "package build android debug";
console.log(`
A controller and an agent are up. Everything is in ${folder}; logs in *.log there.

In another terminal:

  export MILLWRIGHT_URL=${playground.environment.MILLWRIGHT_URL}
  export MILLWRIGHT_TOKEN=${playground.environment.MILLWRIGHT_TOKEN}
  alias millwright='node ${CLI}'
  cd ${app}
  millwright ${what}
  millwright builds

Ctrl-C here ends both.`);
if (toolchain.lacking) console.log(`\nOnly deploy builds will work: ${toolchain.lacking}`);
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await playground.stop();
    process.exit(0);
  });
}
