import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Me } from "../../../src/protocol/account-api.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { PASSWORD, person } from "../../support/people.ts";
import { onTerminal } from "../../support/terminal.ts";
import { CLI, runCli, temporaryFolder } from "./run-cli.ts";

/** Runs the CLI in a home of its own, as somebody who has a token or none. */
function homeOf(controller: TestController, token?: string) {
  const folder = temporaryFolder();
  const environment = {
    MILLWRIGHT_URL: controller.httpUrl,
    ...(token === undefined ? {} : { MILLWRIGHT_TOKEN: token }),
  };
  const run = (words: string[], input = "") => runCli(words, { folder, environment, input });
  const config = (name: string) => join(folder, ".config/millwright", name);
  return { folder, run, config };
}

test("the first user is added with the controller's own token, logs in, and is remembered", async () => {
  const controller = await testController();
  const admin = homeOf(controller, controller.adminToken);
  const add = ["users", "add", "anna@example.com", "--operator", "--password-stdin"];
  expect(await admin.run(add, `${PASSWORD}\n`)).toMatchObject({
    exitCode: 0,
    stdout: "Added anna@example.com as operator.\n",
  });

  const anna = homeOf(controller);
  const wrong = await anna.run(["login", "--email", "anna@example.com", "--password-stdin"], "not this one\n");
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("[LOGIN_REFUSED]")]);
  const login = await anna.run(["login", "--email", "anna@example.com", "--password-stdin"], `${PASSWORD}\n`);
  expect(login).toMatchObject({ exitCode: 0, stdout: `Logged in to ${controller.httpUrl} as anna@example.com.\n` });
  const token = readFileSync(anna.config("token"), "utf8").trim();
  expect(statSync(anna.config("token")).mode & 0o777).toBe(0o600);
  expect(readFileSync(anna.config("config.yaml"), "utf8")).toBe(`url: ${controller.httpUrl}\ntokenFile: token\n`);
  expect(login.stdout + login.stderr).not.toContain(token);

  const me = await anna.run(["whoami", "--json"]);
  expect(JSON.parse(me.stdout) as Me).toMatchObject({ name: "anna@example.com", operator: true });
  expect((await anna.run(["whoami"])).stdout).toContain(`anna@example.com at ${controller.httpUrl}, operator`);

  expect((await anna.run(["logout"])).stdout).toBe(`Logged out of ${controller.httpUrl}.\n`);
  expect((await controller.as(token)("GET", "/me")).status).toBe(401);
  expect(readFileSync(anna.config("config.yaml"), "utf8")).toBe(`url: ${controller.httpUrl}\n`);
  const out = await anna.run(["whoami"]);
  expect([out.exitCode, out.stderr]).toEqual([4, expect.stringContaining("[UNAUTHENTICATED]")]);
  expect(await anna.run(["logout"])).toMatchObject({ exitCode: 0, stdout: "You were not logged in.\n" });
});

test("a login keeps the other lines of the configuration, and can be forgotten without the controller", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const anna = homeOf(controller);
  mkdirSync(anna.config("."), { recursive: true });
  writeFileSync(anna.config("config.yaml"), "# mine\nurl: http://127.0.0.1:1\n");
  const login = await anna.run(["login", "--email", "anna@example.com", "--password-stdin"], PASSWORD);
  expect(login.exitCode).toBe(0);
  const text = readFileSync(anna.config("config.yaml"), "utf8");
  expect(text).toBe(`# mine\nurl: ${controller.httpUrl}\ntokenFile: token\n`);
  await controller.close();
  const out = await anna.run(["logout"]);
  expect([out.exitCode, out.stderr]).toEqual([0, expect.stringContaining("stays valid")]);
  expect(() => statSync(anna.config("token"))).toThrow(/ENOENT/);
});

test("where nobody can be asked, what is missing is said and nothing hangs", async () => {
  const controller = await testController();
  const nobody = homeOf(controller);
  const missing: [string[], string][] = [
    [["login"], "--email EMAIL"],
    [["login", "--email", "a@b.c"], "--password-stdin"],
    [["password"], "it needs a terminal"],
    [["users", "password", "a@b.c"], "--password-stdin"],
    [["users", "set", "a@b.c"], "nothing to change"],
    [["tokens", "create", "x", "--scopes", "raed"], "Did you mean read?"],
    [["tokens", "create", "x", "--expires", "soon"], "whole number"],
    [["accounts", "set-limit", "x", "many"], "whole number"],
    [["controller", "--trusted-proxies", "10.0.0.0/8, here"], "not here"],
    [["controller", "--trusted-proxies", "10.0.0.0/33"], "not 10.0.0.0/33"],
    [["accounts", "members", "add", "x", "a@b.c", "--role", "amdin"], "Did you mean admin?"],
  ];
  for (const [words, text] of missing) {
    const { exitCode, stderr, stdout } = await nobody.run(words);
    expect([exitCode, stdout], words.join(" ")).toEqual([2, ""]);
    expect(stderr, words.join(" ")).toContain(text);
  }
});

test("tokens are made, shown once, used, listed and revoked", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer", bank: "developer" });
  const home = homeOf(controller, anna.token);
  const made = await home.run(["tokens", "create", "ci", "--account", "shop", "--expires", "90"]);
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^mw_[\w-]{43}\n$/) });
  const ci = homeOf(controller, made.stdout.trim());
  expect((await ci.run(["whoami"])).stdout).toMatch(/shop +developer +read, build/);
  const listed = (await home.run(["tokens"])).stdout;
  expect(listed).toMatch(/ci +read, build +shop/);
  expect(listed).not.toContain("mw_");
  const unknown = await home.run(["tokens", "revoke", "cx"]);
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("You have: ci (t")]);
  expect((await home.run(["tokens", "revoke", "ci"])).stdout).toMatch(/^Revoked ci \(t/);
  expect((await ci.run(["whoami"])).exitCode).toBe(4);
});

test("accounts, members and users are managed, and --account says which account is meant", async () => {
  const controller = await testController();
  const admin = homeOf(controller, controller.adminToken);
  expect((await admin.run(["accounts", "add", "shop", "--limit", "2"])).stdout).toBe(
    "Added the account shop: 2 builds at once.\n",
  );
  await admin.run(["accounts", "add", "bank"]);
  expect((await admin.run(["accounts", "set-limit", "shop", "none"])).stdout).toContain("any number of builds");
  expect((await admin.run(["accounts", "rename", "bank", "Bank"])).stdout).toContain("Bank");
  expect((await admin.run(["users", "add", "ben@example.com", "--name", "Ben Berg", "--invite"])).exitCode).toBe(0);
  expect((await admin.run(["users"])).stdout).toMatch(/ben@example.com +Ben Berg +no password/);
  expect((await admin.run(["users", "password", "ben@example.com", "--password-stdin"], PASSWORD)).exitCode).toBe(0);
  for (const account of ["shop", "Bank"])
    await admin.run(["accounts", "members", "add", account, "ben@example.com", "--role", "admin"]);
  expect((await admin.run(["accounts", "members", "list", "shop"])).stdout).toMatch(/ben@example.com +Ben Berg +admin/);

  const ben = homeOf(controller);
  await ben.run(["login", "--email", "ben@example.com", "--password-stdin"], PASSWORD);
  expect((await ben.run(["accounts"])).stdout).toMatch(/Bank[\s\S]*shop/);
  const add = ["apps", "add", "web", "--git-url", "https://x.test/web.git"];
  const unclear = await ben.run(add);
  expect([unclear.exitCode, unclear.stderr]).toEqual([2, expect.stringContaining("Your accounts are: Bank, shop.")]);
  expect((await ben.run([...add, "--account", "shop"])).exitCode).toBe(0);
  expect((await ben.run(["environments", "set", "Prod", "--account", "Bank", "--var", "A=1"])).exitCode).toBe(0);
  expect((await ben.run(["--account", "shop", "apps"])).stdout).toContain("web");
  expect((await ben.run(["apps", "--account", "Bank"])).stdout).not.toContain("web");
  expect((await ben.run(["environments", "--account", "Bank"])).stdout).toContain("Prod");
  const last = await ben.run(["accounts", "members", "remove", "shop", "ben@example.com"]);
  expect([last.exitCode, last.stderr]).toEqual([2, expect.stringContaining("[LAST_ADMIN]")]);
  expect((await admin.run(["users", "disable", "ben@example.com"])).exitCode).toBe(0);
  expect((await ben.run(["apps"])).exitCode).toBe(4);
});

terminalTest("on a terminal a login asks for what is missing, and never shows the password", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com", { shop: "developer" });
  const folder = temporaryFolder();
  const terminal = await onTerminal([CLI, "login"], { cwd: folder, env: {} });
  await terminal.see("Address of the controller: ");
  terminal.type(`${controller.httpUrl}\r`);
  await terminal.see("E-mail: ");
  terminal.type("anna@example.com\r");
  await terminal.see("Password: ");
  terminal.type(`${PASSWORD}\r`);
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.shown()).toContain(`Logged in to ${controller.httpUrl} as anna@example.com.`);
  expect(terminal.shown()).not.toContain(PASSWORD.slice(0, 7));

  const change = await onTerminal([CLI, "password"], { cwd: folder, env: {} });
  await change.see("Current password: ");
  change.type(`${PASSWORD}\r`);
  await change.see("New password: ");
  change.type("something quite new\r");
  await change.see("The same again: ");
  change.type("something quite new\r");
  expect((await change.exited).exitCode).toBe(0);
  const login = { email: "anna@example.com", password: "something quite new" };
  expect((await controller.as(undefined)("POST", "/session", login)).status).toBe(201);
});
