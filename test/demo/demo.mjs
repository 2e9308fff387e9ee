// `make demo`: from a fresh clone to built apps, through the real parts, leaving nothing running.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { androidToolchain, describeApk } from "./android.mjs";
import { CLI, demoKeystore, ROOT, sampleRepository, startPlayground } from "./playground.mjs";

const say = (text) => console.log(`\n\u001b[1m${text}\u001b[0m`);
const output = join(ROOT, ".demo");
rmSync(output, { recursive: true, force: true });
mkdirSync(output);

const toolchain = androidToolchain();
const folder = mkdtempSync(join(tmpdir(), "millwright-demo-"));
say("Starting a controller and an agent on free ports …");
const playground = await startPlayground({ folder, kit: toolchain.kit });
try {
  const app = join(folder, "hello");
  millwright(folder, "apps", "add", "hello", "--git-url", sampleRepository(app));
  if (toolchain.lacking) {
    say(`Building the web app only: ${toolchain.lacking}`);
    millwright(app, "deploy", "build", "--output", output);
  } else {
    say("Building the sample app: debug");
    millwright(app, "package", "build", "android", "debug", "--output", output);
    say("Building the sample app: release, signed with a keystore made for this demo");
    const { keystore, passwordFile, alias } = demoKeystore(folder);
    const signing = ["--keystore", keystore, "--store-password-file", passwordFile, "--alias", alias];
    millwright(app, "profiles", "add", "Demo", "--type", "production", ...signing);
    millwright(app, "package", "build", "android", "release", "--security-profile", "Demo", "--output", output);
  }
  say("What came out");
  for (const name of readdirSync(output).sort()) {
    const file = join(output, name);
    console.log(file);
    if (!name.endsWith(".apk")) continue;
    const facts = describeApk(file, toolchain.kit);
    console.log(`  package ${facts.package}, version ${facts.version} (${facts.versionCode})`);
    console.log(`  signed by ${facts.signer}`);
    console.log(`  certificate SHA-256 ${facts.signerSha256}`);
  }
  millwright(app, "builds");
} finally {
  await playground.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

function millwright(cwd, ...args) {
  console.log(`$ millwright ${args.join(" ")}`);
  const env = { ...process.env, ...playground.environment };
  const { status } = spawnSync(process.execPath, [CLI, ...args], { cwd, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`millwright ${args.slice(0, 2).join(" ")} ended with ${status}`);
}
