import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { NamedSetting } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { appleFiles, keystore, PASSWORD } from "../../support/signing-files.ts";
import { toolTest } from "../../support/tool-test.ts";
import { CLI, contractServer, leadingTo, runCli, temporaryFolder } from "./run-cli.ts";

const ANDROID = ["--keystore", "play.jks", "--store-password-file", "store.txt", "--alias", "upload"];
const IOS = ["--p12", "dist.p12", "--provisioning-profile", "shop.mobileprovision"];

/** A controller, and a folder with signing files in which the CLI runs. */
async function ground() {
  const controller = await testController();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "store.txt"), `${PASSWORD}\n`);
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const cli = (...words: string[]) => runCli(words, { folder, environment });
  return { controller, folder, cli };
}

async function shown(controller: TestController, path: string): Promise<NamedSetting["shown"] | undefined> {
  return ((await controller.api("GET", path)).body as { items: NamedSetting[] }).items[0]?.shown;
}

toolTest(
  ["keytool", "openssl"],
  "a profile is added with the list of what was checked, and listed with its end",
  async () => {
    const { controller, folder, cli } = await ground();
    keystore(folder, "play.jks", "-1d", 13);
    appleFiles(folder);
    const tried = await cli("profiles", "check", "--type", "production", ...ANDROID);
    expect([tried.exitCode, tried.stdout]).toEqual([0, expect.stringMatching(/\nNothing was stored\.\n$/)]);
    expect(await shown(controller, "/profiles")).toBeUndefined();

    const added = await cli("profiles", "add", "play", "--type", "production", ...ANDROID, ...IOS);
    expect([added.exitCode, added.stderr]).toEqual([0, ""]);
    const lines = added.stdout.split("\n");
    expect(lines.slice(0, 3)).toEqual(["+ keystore play.jks opens (PKCS12)", "+ alias upload", "+ key password"]);
    expect(lines[3]).toMatch(/^\+ certificate CN=Shop, O=Example, EC P-256, valid until \d{4}-\d\d-\d\d$/);
    expect(lines[4]).toMatch(/^ {2}SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(lines[5]).toBe("+ p12 dist.p12 opens");
    expect(lines[8]).toMatch(/^\+ provisioning profile Shop ad hoc: ad-hoc, valid until /);
    expect(lines[9]).toContain("com.example.shop, team ABCDE12345");
    expect(lines[10]).toMatch(/^! .*expires in 1[12] days/);
    expect(lines.slice(-2)).toEqual(["Set the security profile play (production).", ""]);
    expect(added.stdout).not.toContain(PASSWORD);

    const table = (await cli("profiles", "list")).stdout.split("\n");
    expect(table[0]).toMatch(/^NAME +TYPE +PLATFORMS +CERTIFICATE +EXPIRES +UPDATED$/);
    expect(table[1]).toMatch(/^play +production +android, ios +Shop; Apple Distribution: .* \d{4}-\d\d-\d\d ! +\d{4}/);
    expect(table[2]).toMatch(/^! play: .*expires in 1[12] days/);
    const json = JSON.parse((await cli("profiles", "--json")).stdout) as { items: NamedSetting[] };
    expect(json.items[0]?.shown).toMatchObject({ type: "production", android: { alias: "upload" } });
  },
);

toolTest(["keytool"], "a profile that can't sign is refused with its own code", async () => {
  const { controller, folder, cli } = await ground();
  keystore(folder);
  writeFileSync(join(folder, "store.txt"), "not it\n");
  for (const words of [["add", "play"], ["check"]]) {
    const refused = await cli("profiles", ...words, "--type", "production", ...ANDROID);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("[KEYSTORE_PASSWORD_WRONG]");
  }
  expect(await shown(controller, "/profiles")).toBeUndefined();
});

test("options of a profile that belong together are asked for together, before any file is read", async () => {
  const server = await contractServer();
  const wrong: [string[], string][] = [
    [
      [],
      "needs signing material: --keystore, --store-password-file, --alias for android, --p12, --provisioning-profile",
    ],
    [["--keystore", "nowhere"], "For android it also needs --store-password-file and --alias."],
    [["--key-password-file", "nowhere"], "For android it also needs --keystore and --store-password-file and --alias."],
    [["--p12-password-file", "nowhere"], "For ios it also needs --p12."],
    [[...ANDROID, "--provisioning-profile", "nowhere"], "For ios it also needs --p12."],
    [["--type", "produktion", ...ANDROID], "Did you mean production?"],
  ];
  for (const [words, text] of wrong) {
    const { exitCode, stderr } = await runCli(["profiles", "add", "x", "--type", "production", ...words], {
      environment: leadingTo(server),
    });
    expect([exitCode, stderr], words.join(" ")).toEqual([2, expect.stringContaining(text)]);
  }
  expect(server.requests).toEqual([]);
});

test("an iOS profile is sent with its files in order, and without a password when it has none", async () => {
  const server = await contractServer();
  const folder = temporaryFolder();
  for (const name of ["dist.p12", "app.mobileprovision", "share.mobileprovision"])
    writeFileSync(join(folder, name), name);
  const words = ["profiles", "add", "store", "--type", "production", "--p12", "dist.p12"];
  words.push("--provisioning-profile", "app.mobileprovision", "--provisioning-profile", "share.mobileprovision");
  expect((await runCli(words, { folder, environment: leadingTo(server) })).exitCode).toBe(0);
  const base64 = (name: string) => Buffer.from(name).toString("base64");
  const file = (fileName: string) => ({ fileName, base64: base64(fileName) });
  expect(server.settings.get("profiles/store")).toEqual({
    type: "production",
    ios: {
      fileName: "dist.p12",
      p12Base64: base64("dist.p12"),
      password: "",
      provisioningProfiles: [file("app.mobileprovision"), file("share.mobileprovision")],
    },
  });
});

test("secret files and plugin variables are stored as they were given", async () => {
  const { controller, folder, cli } = await ground();
  writeFileSync(join(folder, "account.json"), '{"private_key_id": "file-secret-4"}');
  const set = await cli(
    "environments",
    "set",
    "prod",
    "--file-secret",
    "ACCOUNT=account.json",
    "--secret-file",
    "KEY=store.txt",
  );
  expect([set.exitCode, set.stdout.includes("ACCOUNT: account.json")]).toEqual([0, true]);
  expect(await shown(controller, "/environments")).toMatchObject({
    secretNames: ["KEY"],
    fileNames: ["ACCOUNT: account.json"],
  });
  const variables = ["@scope/plugin.x:APP_ID=a=b:c", "@scope/plugin.x:OTHER=", "cordova-plugin-y:APP_ID=2"];
  const options = variables.flatMap((text) => ["--plugin-variable", text]);
  expect((await cli("native-configs", "set", "beta", ...options)).exitCode).toBe(0);
  expect(await shown(controller, "/native-configs")).toEqual({
    pluginVariables: { "@scope/plugin.x": { APP_ID: "a=b:c", OTHER: "" }, "cordova-plugin-y": { APP_ID: "2" } },
  });
});

test("files that are too large and names that stand twice are refused without a request", async () => {
  const server = await contractServer();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "large"), Buffer.alloc(2 ** 20 + 1));
  writeFileSync(join(folder, "full"), Buffer.alloc(2 ** 20));
  const nine = Array.from({ length: 9 }, (_, index) => ["--file-secret", `F${index}=full`]).flat();
  const wrong: [string[], string][] = [
    [["environments", "set", "x", "--file-secret", "A=large"], "a file may have 1.0 MiB"],
    [["environments", "set", "x", ...nine], "more than 8.0 MiB together"],
    [["environments", "set", "x", "--var", "A=1", "--file-secret", "A=full"], "A can only be one of"],
    [["native-configs", "set", "x", "--plugin-variable", "plugin=1"], "--plugin-variable must be PLUGIN:NAME=VALUE."],
    [["audit", "--profile", "a", "--environment", "b"], "Name one of --profile and --environment"],
    [["audit", "--build", "x"], "--build must be a whole number"],
  ];
  for (const [words, text] of wrong) {
    const { exitCode, stderr } = await runCli(words, { folder, environment: leadingTo(server) });
    expect([exitCode, stderr], words.join(" ")).toEqual([2, expect.stringContaining(text)]);
  }
  expect(server.requests).toEqual([]);
});

test("the audit is a table, and rotating the key is one entry of it", async () => {
  const { cli } = await ground();
  expect((await cli("audit")).stderr).toBe("No entries.\n");
  expect((await cli("environments", "set", "prod", "--secret-file", "KEY=store.txt")).exitCode).toBe(0);
  const rotated = await cli("keys", "rotate");
  expect(rotated.stdout).toMatch(/^The new key is [0-9a-f]{16}; 1 secret was encrypted again\.\n$/);
  const table = (await cli("audit")).stdout.split("\n");
  expect(table[0]).toMatch(/^WHEN \(UTC\) +WHO +DID +KIND +NAME +BUILD +STEP +DETAIL$/);
  expect(table[1]).toMatch(/ admin +key rotated +key +[0-9a-f]{16} +asked for; 1 secret encrypted again$/);
  expect(table[2]).toMatch(/ admin +written +environment +prod +added$/);
  const limited = await cli("audit", "--limit", "1");
  expect(limited.stderr).toContain("There are older entries");
  const named = JSON.parse((await cli("audit", "--environment", "prod", "--json")).stdout) as { entries: AuditEntry[] };
  expect(named.entries).toMatchObject([{ kind: "environment", name: "prod", action: "written" }]);
});

test("the command line loads neither the certificate reader nor the controller for its help", () => {
  const load = "export function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }";
  const hooks = `data:text/javascript,${encodeURIComponent(`import { writeSync } from "node:fs"; ${load}`)}`;
  const watch = `import { register } from "node:module"; register(${JSON.stringify(hooks)});`;
  const words = ["--import", `data:text/javascript,${encodeURIComponent(watch)}`, CLI, "profiles", "--help"];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect([status, stderr.includes("cli/commands/profiles.js")]).toEqual([0, true]);
  expect(stderr).not.toMatch(/node-forge|\/(controller|credentials)\//);
});
