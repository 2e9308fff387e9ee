// Builds a Cordova app with real cordova and real cordova-ios 6, 7 and 8 through the fake tools, to an .ipa.
// make try-cordova, or: node dist-tools/test/fakes/apple/try-cordova.js FOLDER, which is kept then.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installFakeMac } from "./install.ts";
import { installProfile, prepareKeychain } from "./ready-to-sign.ts";

const VERSIONS = ["6.3.0", "7.1.1", "8.1.1"];
const given = process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), "try-cordova-"));
const mac = installFakeMac(join(folder, "mac"));
const environment = { ...process.env, PATH: `${mac.bin}:${process.env["PATH"]}`, CI: "1" };
const { identity } = prepareKeychain(mac);
const profile = installProfile(mac, { certificates: [identity.facts] });

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
run(folder, "npm", "install", "--no-audit", "--no-fund", "cordova@13");
for (const version of VERSIONS) tryVersion(version);
if (given === undefined) rmSync(folder, { recursive: true });

function tryVersion(version: string): void {
  const around = join(folder, version);
  mkdirSync(around, { recursive: true });
  const cordova = (cwd: string, ...args: string[]) =>
    run(cwd, process.execPath, join(folder, "node_modules/cordova/bin/cordova"), ...args);
  cordova(around, "create", "app", "com.example.hello", "Hello App");
  const app = join(around, "app");
  cordova(app, "platform", "add", `ios@${version}`);
  const release = {
    codeSignIdentity: "Apple Distribution",
    developmentTeam: "ABCDE12345",
    // 6.3.0 writes PROVISIONING_PROFILE, which takes nothing but a UUID.
    provisioningProfile: profile.uuid,
    packageType: "ad-hoc",
  };
  writeFileSync(join(app, "sign.json"), JSON.stringify({ ios: { release } }));
  cordova(app, "build", "ios", "--release", "--device", "--buildConfig=sign.json");
  const ipa = productOf(app, ".ipa");
  cordova(app, "build", "ios", "--debug", "--emulator");
  console.log(`cordova-ios ${version}: ${ipa} and ${productOf(app, ".app")}`);
}

function productOf(app: string, ending: string): string {
  const products = readdirSync(join(app, "platforms/ios/build"), { recursive: true, encoding: "utf8" });
  const found = products.find((name) => name.endsWith(ending));
  if (!found) throw new Error(`There is no ${ending} in ${app}: ${products.join(", ")}`);
  return found;
}

function run(cwd: string, program: string, ...args: string[]): void {
  try {
    execFileSync(program, args, { cwd, env: environment, stdio: "pipe" });
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  }
}
