import { expect, test } from "vitest";
import { openerOf, startOpener } from "../../../src/cli/browsing/opener.ts";

test("a browser is only started where somebody sits who would see it", () => {
  expect(openerOf("darwin", {})).toBe("open");
  expect(openerOf("linux", { DISPLAY: ":0" })).toBe("xdg-open");
  expect(openerOf("linux", { WAYLAND_DISPLAY: "wayland-0" })).toBe("xdg-open");
  expect(openerOf("linux", {})).toBe(undefined);
  expect(openerOf("linux", { DISPLAY: ":10", SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" })).toBe(undefined);
  expect(openerOf("darwin", { SSH_TTY: "/dev/ttys001" })).toBe(undefined);
  expect(openerOf("linux", { DISPLAY: ":99", CI: "true" })).toBe(undefined);
});

test("a program that there isn't, or that found no browser, is told", async () => {
  const environment = { PATH: process.env["PATH"] };
  expect(await startOpener("no-such-program-of-millwright", "http://x.test", environment)).toBe(false);
  expect(await startOpener("false", "http://x.test", environment)).toBe(false);
  expect(await startOpener("true", "http://x.test", environment)).toBe(true);
});
