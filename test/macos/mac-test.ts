import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "vitest";
import { run } from "../../src/base/processes/run.ts";
import { which } from "../../src/base/processes/which.ts";
import { type FakeMac, installFakeMac } from "../fakes/apple/install.ts";

// These tests ask Apple's own tools what the suite otherwise believes of them. On a Mac they run; elsewhere they are skipped,
// or, with MILLWRIGHT_FAKE_MAC=1, run with the stand-ins, so that they don't rot.
const FAKE = process.env["MILLWRIGHT_FAKE_MAC"] === "1";

export interface Said {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** The Mac that a test runs on. */
export interface MacHost {
  /** Undefined on a real Mac. */
  fake: FakeMac | undefined;
  /** Of the user, with the keychains. */
  home: string;
  uid: number;
  /** Where its Xcodes are. */
  applications: string;
  /** For the test alone. */
  folder: string;
  environment: Record<string, string> & { HOME: string; PATH: string };
  /** Runs a tool in `folder`. */
  tool(name: string, args: readonly string[], environment?: Record<string, string>): Promise<Said>;
  /** Shows beside the test what a Mac was found to do. */
  tell(text: string): Promise<unknown>;
  /** Ends the test as skipped, where this Mac can't answer. */
  skip(reason: string): never;
}

export interface MacNeeds {
  /** Programs of PATH that a Mac may lack: Xcode's, for instance. */
  tools?: readonly string[];
  /** Why the stand-ins can't answer. */
  realOnly?: string;
}

/** A test of Apple's own tools. "not a Mac" is a reason to skip also where CI=true; a Mac without its tools is none there. */
export function macTest(title: string, body: (host: MacHost) => Promise<void>, needs: MacNeeds = {}): void {
  test(title, { timeout: 600_000 }, async (context) => {
    if (process.platform !== "darwin" && !FAKE) return context.skip("not a Mac");
    if (FAKE && needs.realOnly) return context.skip(needs.realOnly);
    const folder = mkdtempSync(join(tmpdir(), "millwright-on-mac-"));
    try {
      const host = FAKE ? fakeHost(folder, context) : realHost(folder, context);
      const missing = (needs.tools ?? []).filter((name) => !which(name, host.environment.PATH));
      if (missing.length > 0) return lacking(context, missing);
      await body(host);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}

function lacking(context: TestContext, missing: readonly string[]): void {
  const reason = `not on PATH: ${missing.join(", ")}`;
  if (process.env["CI"] === "true") throw new Error(reason);
  context.skip(reason);
}

function realHost(folder: string, context: TestContext): MacHost {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: homedir(), LANG: "en_US.UTF-8" };
  const uid = process.getuid?.() ?? 0;
  const common = { folder, environment, uid, home: homedir(), applications: "/Applications" };
  return { ...common, fake: undefined, ...toolsOf(folder, environment, context) };
}

function fakeHost(folder: string, context: TestContext): MacHost {
  const fake = installFakeMac(join(folder, "mac"));
  const PATH = [fake.bin, dirname(process.execPath), "/usr/local/bin:/usr/bin:/bin"].join(":");
  const environment = { PATH, HOME: fake.home, LANG: "C.UTF-8" };
  const common = { folder, environment, uid: 501, home: fake.home, applications: fake.applications };
  return { ...common, fake, ...toolsOf(folder, environment, context) };
}

function toolsOf(
  folder: string,
  environment: MacHost["environment"],
  context: TestContext,
): Pick<MacHost, "tool" | "tell" | "skip"> {
  return {
    tell: (text) => context.annotate(text),
    skip: (reason) => context.skip(reason),
    tool: async (name, args, more = {}) => {
      const said = { stdout: "", stderr: "" };
      const exit = await run({
        command: which(name, environment.PATH) ?? name,
        args,
        cwd: folder,
        environment: { ...environment, ...more },
        signal: AbortSignal.timeout(120_000),
        graceMs: 1_000,
        onOutput: (stream, bytes) => {
          said[stream] += bytes.toString();
        },
      });
      return { ...said, code: exit.exitCode };
    },
  };
}
