import { expect, onTestFinished, test, vi } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import { OpenOffers } from "../../../src/controller/queue/open-offers.ts";

function ground() {
  vi.useFakeTimers();
  const told: number[] = [];
  const now = () => Date.now();
  const herd = { now: false };
  const offers = new OpenOffers(
    { monotonic: now } as Clock,
    15_000,
    () => herd.now,
    () => told.push(offers.room()),
  );
  onTestFinished(() => {
    offers.close();
    vi.useRealTimers();
  });
  const make = (from: number, to: number) => {
    for (let number = from; number < to; number += 1) offers.made(`l-${number}`);
  };
  return { offers, make, told, herd };
}

test("While sixty-four offers are open no more are made; who answers one makes room, which is told once to those who got nothing", () => {
  const { offers, make, told } = ground();
  make(0, 60);
  expect(offers.room()).toBe(4);
  offers.answered("l-0");
  make(60, 65);
  expect(offers.room()).toBe(0);
  offers.answered("unknown");
  expect(told).toEqual([]);
  offers.answered("l-1");
  offers.answered("l-2");
  expect(told).toEqual([1]);
  expect(offers.room()).toBe(2);
});

test("An offer that nobody answers makes room when it lapses, and that is told too", () => {
  const { offers, make, told } = ground();
  make(0, 32);
  vi.advanceTimersByTime(10_000);
  make(32, 64);
  expect(offers.room()).toBe(0);
  vi.advanceTimersByTime(4_900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(told).toEqual([32]);
});

test("While agents come back in a herd four offers are enough, and those that nobody answers keep none waiting for long", () => {
  const { offers, make, told, herd } = ground();
  herd.now = true;
  expect(offers.room()).toBe(4);
  make(0, 4);
  expect(offers.room()).toBe(0);
  vi.advanceTimersByTime(1_100);
  expect(told).toEqual([4]);
  make(4, 8);
  expect(offers.room()).toBe(0);
  herd.now = false;
  expect(offers.room()).toBe(56);
});
