import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import { LoginLimits, networkOf } from "../../../src/controller/accounts/login-limits.ts";

class TestClock implements Clock {
  ms = 1_000_000;
  now = () => this.ms;
  monotonic = () => this.ms;
}

const LIMIT = { free: 3, mostWaitMs: 60_000 };

test("the first wrong logins are free, and each one after them doubles the wait up to the most", () => {
  const clock = new TestClock();
  const limits = new LoginLimits(clock, LIMIT);
  const waits: number[] = [];
  for (let wrong = 0; wrong < 12; wrong++) {
    limits.begin("a");
    waits.push(limits.waitMs("a"));
    clock.ms += limits.waitMs("a");
    expect(limits.waitMs("a")).toBe(0);
  }
  expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  expect(limits.waitMs("b")).toBe(0);
});

test("the wait begins when an attempt is known to be wrong, however long that took", () => {
  const clock = new TestClock();
  const limits = new LoginLimits(clock, LIMIT);
  for (let wrong = 0; wrong < 3; wrong++) limits.begin("a");
  clock.ms += 5000;
  limits.confirm("a");
  expect(limits.waitMs("a")).toBe(1000);
  limits.confirm("never tried");
  expect([limits.waitMs("never tried"), limits.size]).toEqual([0, 1]);
});

test("an hour without a wrong login forgives, and a right one takes back only itself", () => {
  const clock = new TestClock();
  const limits = new LoginLimits(clock, LIMIT);
  for (let wrong = 0; wrong < 3; wrong++) limits.begin("a");
  limits.takeBack("a");
  expect(limits.waitMs("a")).toBe(0);
  limits.begin("a");
  expect(limits.waitMs("a")).toBe(1000);
  limits.clear("a");
  expect([limits.waitMs("a"), limits.size]).toEqual([0, 0]);
  for (let wrong = 0; wrong < 9; wrong++) limits.begin("a");
  clock.ms += 3_600_001;
  limits.begin("a");
  expect(limits.waitMs("a")).toBe(0);
});

test("however many keys come, the memory is bounded, and one that goes on guessing isn't forgotten", () => {
  const clock = new TestClock();
  const limits = new LoginLimits(clock, LIMIT, 100);
  for (let key = 0; key < 10_000; key++) {
    limits.begin(`stranger ${key}`);
    if (key % 50 === 0) limits.begin("guesser");
  }
  expect(limits.size).toBe(100);
  expect(limits.waitMs("guesser")).toBe(60_000);
});

test("an IPv6 network counts as one address, and an IPv4 address in IPv6 as itself", () => {
  expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2::9"));
  expect(networkOf("2001:db8::1")).toBe(networkOf("2001:0db8:0:0:ffff::1"));
  expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
  expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("fe80::1%eth0")).toBe(networkOf("fe80::2%eth1"));
});
