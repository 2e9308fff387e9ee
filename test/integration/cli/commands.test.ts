import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VERSION } from "../../../src/protocol/version.ts";
import { TOKEN } from "./contract-server.ts";
import { contractServer, leadingTo, runCli, temporaryFolder } from "./run-cli.ts";

test("what can't be typed is refused at once, with what exists and what was meant", async () => {
  const server = await contractServer();
  const wrong: [string[], string, string][] = [
    [["package", "bild"], "Did you mean build?", "millwright package --help"],
    [["package", "build", "androd"], "Did you mean android?", "The platforms are: android, ios"],
    [["package", "build", "android", "relase"], "Did you mean release?", "debug, release"],
    [["package", "build", "android", "--comit", "x"], "Did you mean --commit?", "--native-config"],
    [["package", "build", "android", "debug", "more"], 'There is no use for "more" here.', "[USAGE]"],
    [["package", "build"], "Missing required argument 'platform'.", "[USAGE]"],
    [["package", "build", "ios", "--package-type", "aab"], "android only", "[USAGE]"],
    [["package", "build", "android", "--build-file-name", "../x"], "--build-file-name", "[USAGE]"],
    [["deploy", "build", "--security-profile", "x"], "no use for --security-profile", "[USAGE]"],
    [["builds", "shwo"], "Did you mean show?", "The commands are: list, show"],
    [["builds", "--status", "faild"], "Did you mean failed?", "The statuses are:"],
    [["logs", "abc"], "must be a whole number", "[USAGE]"],
    [["download", "1", "--kind", "apks"], "Did you mean apk?", "The kinds are:"],
    [["apps", "add", "x", "--git-url", "https://me:secret@host/x.git"], "must not hold a password", "[USAGE]"],
    [["environments", "set", "x", "--var", "novalue"], "must be NAME=VALUE", "[USAGE]"],
    [["controller", "--http", "here"], "--http must be HOST:PORT", "[USAGE]"],
    [["agent"], "--config", "[USAGE]"],
    [["frobnicate"], "There is no command frobnicate.", "package, deploy, builds"],
  ];
  for (const [words, ...texts] of wrong) {
    const { exitCode, stdout, stderr } = await runCli(words, { environment: leadingTo(server) });
    for (const text of texts) expect(stderr, words.join(" ")).toContain(text);
    expect([exitCode, stdout], words.join(" ")).toEqual([2, ""]);
  }
  expect(server.requests).toEqual([]);
});

test("help and version are on stdout and need no controller", async () => {
  expect(await runCli(["--version"])).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: "" });
  for (const words of [["--help"], ["package", "build", "--help"], ["help", "logs"]]) {
    const { exitCode, stdout } = await runCli(words);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Examples:\n  millwright ");
  }
});

test("secrets come from files and stdin, and only the request's body holds them", async () => {
  const server = await contractServer();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "play.jks"), "keystore bytes");
  writeFileSync(join(folder, "key.txt"), "key password\n");
  const words = ["profiles", "add", "play", "--type", "production", "--keystore", "play.jks", "--alias", "upload"];
  words.push("--store-password-file", "-", "--key-password-file", "key.txt");
  const options = { folder, environment: leadingTo(server) };
  const { exitCode, stdout } = await runCli(words, { ...options, input: "store password\n" });
  expect([exitCode, stdout.includes("password")]).toEqual([0, false]);
  expect(server.settings.get("profiles/play")).toEqual({
    type: "production",
    android: {
      fileName: "play.jks",
      keystoreBase64: Buffer.from("keystore bytes").toString("base64"),
      storePassword: "store password",
      alias: "upload",
      keyPassword: "key password",
    },
  });
  const again = await runCli(words, { ...options, input: "store password\n" });
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining("[NAME_TAKEN]")]);
  expect((await runCli([...words, "--replace"], { ...options, input: "new\n" })).exitCode).toBe(0);

  const secrets = ["--var", "API=https://x?a=b", "--secret-file", "KEY=key.txt"];
  expect((await runCli(["environments", "set", "production", ...secrets], options)).exitCode).toBe(0);
  expect(server.settings.get("environments/production")).toEqual({
    variables: { API: "https://x?a=b" },
    secrets: { KEY: "key password" },
  });
});

test("apps and native configs are sent as they were given, and removed", async () => {
  const server = await contractServer();
  const environment = leadingTo(server);
  const add = ["apps", "add", "shop", "--git-url", "https://git.example.com/shop.git", "--git-token-file", "-"];
  expect((await runCli([...add, "--git-username", "ci"], { environment, input: "token" })).exitCode).toBe(0);
  await runCli(["apps", "set", "shop", "--subfolder", "mobile"], { environment });
  await runCli(["native-configs", "set", "beta", "--version", "2.0.0", "--preference", "Scheme=app"], { environment });
  await runCli(["apps", "remove", "shop"], { environment });
  expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    [
      "POST",
      "/apps",
      { name: "shop", gitUrl: "https://git.example.com/shop.git", gitUsername: "ci", gitPassword: "token" },
    ],
    ["PATCH", "/apps/shop", { subfolder: "mobile" }],
    ["PUT", "/native-configs/beta", { version: "2.0.0", preferences: { Scheme: "app" } }],
    ["DELETE", "/apps/shop", undefined],
  ]);
});

test("lists are tables for people and one document for programs", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.end(id, "failed", { code: "COMMITTED_PLATFORMS", blame: "user", what: "w", why: "y", next: "n" });
  const environment = leadingTo(server);
  const table = await runCli(["builds"], { environment });
  expect(table.stdout).toMatch(/^BUILD {2}STATUS {2}APP .*\n {4}1 {2}failed {2}shop .* COMMITTED_PLATFORMS\n$/);
  expect(JSON.parse((await runCli(["builds", "--json"], { environment })).stdout).builds[0].id).toBe(1);
  expect(JSON.parse((await runCli(["--json", "builds", "show", "1"], { environment })).stdout).status).toBe("failed");
  const shown = await runCli(["builds", "show", "1"], { environment });
  expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringContaining("[COMMITTED_PLATFORMS]")]);
  expect((await runCli(["agents"], { environment })).stderr).toContain("No agents.");
});

test("the list of agents names their Xcodes, and those that builds can't use with the reason", async () => {
  const server = await contractServer();
  const xcode = { kind: "xcode", version: "26.0", path: "/Applications/Xcode.app", build: "17A324", preferred: true };
  const lacking = "its licence is not accepted";
  const others = [
    { ...xcode, version: "26.1", build: "17B5", beta: true, preferred: false },
    { ...xcode, version: "16.2", build: "16C5032a", path: "/Applications/Xcode-16.app", preferred: false, lacking },
  ];
  const about = {
    id: "g1",
    name: "mini",
    state: "ready" as const,
    reasons: [],
    version: "0.1.0",
    os: "darwin",
    slots: 1,
  };
  const now = new Date().toISOString();
  const rest = { running: [], diskFreeBytes: 1, lastContactAt: now, platforms: [], targetPlatforms: [] };
  server.agents = [{ ...about, ...rest, toolchains: [xcode, ...others] }];
  const { stdout } = await runCli(["agents"], { environment: leadingTo(server) });
  expect(stdout).toContain("mini has Xcode 26.0 (17A324, default), 26.1 (17B5, beta)\n");
  expect(stdout).toContain(
    "mini can't use Xcode 16.2 (16C5032a) at /Applications/Xcode-16.app: its licence is not accepted\n",
  );
});

test("the configuration names the controller, and its token goes nowhere else", async () => {
  const server = await contractServer();
  const other = await contractServer();
  const folder = temporaryFolder();
  mkdirSync(join(folder, ".config/millwright"), { recursive: true });
  const file = join(folder, ".config/millwright/config.yaml");
  writeFileSync(join(folder, ".config/millwright/token"), `${TOKEN}\n`);
  writeFileSync(file, `url: ${server.url}/\ntokenFile: token\n`);
  expect((await runCli(["apps"], { folder })).exitCode).toBe(0);
  expect((await runCli(["apps", "--url", other.url], { folder })).exitCode).toBe(4);
  expect(other.requests[0]?.headers.authorization).toBe(undefined);

  writeFileSync(file, "urll: x\n");
  const broken = await runCli(["apps"], { folder });
  expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining("config.yaml:1:1: unknown key urll.")]);
  const nowhere = await runCli(["apps"]);
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining("[CONTROLLER_NOT_NAMED]")]);
});
