import { expect, test } from "vitest";
import { errorOf } from "../../../src/base/errors/millwright-error.ts";
import { persist } from "../../../src/cli/client/persist.ts";
import { exitCodeOfBuild, exitCodeOfFailure } from "../../../src/cli/exit-codes.ts";

const silent = () => errorOf("CONTROLLER_SILENT", { url: "http://x", reason: "away" });

function patience(patienceMs: number, signal = new AbortController().signal) {
  const outages: (string | undefined)[] = [];
  return { signal, patienceMs, onOutage: (failure?: { code: string }) => outages.push(failure?.code), outages };
}

test("attempts go on while the controller is away, and each outage is told once", async () => {
  const kept = patience(60_000);
  let tries = 0;
  await persist(async (contact) => {
    tries += 1;
    if (tries === 1 || tries === 2) throw silent();
    contact.answered();
    contact.advanced();
    return tries === 4;
  }, kept);
  expect(tries).toBe(4);
  expect(kept.outages).toEqual(["CONTROLLER_SILENT", undefined]);
});

test.each(["STORE_UNREACHABLE", "STORE_BUSY"] as const)(
  "attempts go on after %s, as a restart of the store brings it",
  async (code) => {
    const kept = patience(60_000);
    let tries = 0;
    await persist(async (contact) => {
      tries += 1;
      if (tries === 1) throw errorOf(code, { store: "db", reason: "It starts.", tries: 20 });
      contact.answered();
      return true;
    }, kept);
    expect(kept.outages).toEqual([code, undefined]);
  },
);

test("patience ends, and what can't pass isn't tried again", async () => {
  await expect(persist(() => Promise.reject(silent()), patience(0))).rejects.toMatchObject({
    code: "CONTROLLER_SILENT",
  });
  let tries = 0;
  const refused = persist(() => {
    tries += 1;
    return Promise.reject(errorOf("NOT_FOUND", { kind: "build", name: "7", reason: "" }));
  }, patience(60_000));
  await expect(refused).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(tries).toBe(1);
});

test("an abort ends the attempts without an error", async () => {
  const controller = new AbortController();
  await persist(
    () => {
      controller.abort();
      return Promise.reject(silent());
    },
    patience(60_000, controller.signal),
  );
  expect(controller.signal.aborted).toBe(true);
});

test("exit codes tell whose turn it is", () => {
  const failure = (code: string, blame: "user" | "host" | "controller" | "bug") => ({
    code,
    blame,
    what: "",
    why: "",
    next: "",
  });
  expect(exitCodeOfFailure(failure("USAGE", "user"))).toBe(2);
  expect(exitCodeOfFailure(failure("UNAUTHENTICATED", "user"))).toBe(4);
  expect(exitCodeOfFailure(failure("CONTROLLER_SILENT", "controller"))).toBe(4);
  expect(exitCodeOfFailure(failure("DOWNLOAD_BROKEN", "controller"))).toBe(5);
  expect(exitCodeOfBuild({ status: "success" })).toBe(0);
  expect(exitCodeOfBuild({ status: "canceled" })).toBe(3);
  expect(exitCodeOfBuild({ status: "failed", failure: failure("COMPILE_FAILED", "user") })).toBe(1);
  expect(exitCodeOfBuild({ status: "failed", failure: failure("AGENT_LOST", "host") })).toBe(5);
});
