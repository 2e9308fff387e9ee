import { expect, onTestFinished, test } from "vitest";
import { ChangedBuilds } from "../../../src/controller/live/changed-builds.ts";
import { Changes } from "../../../src/controller/live/changes.ts";

const NOTHING = { builds: [], accounts: [] };

function follower() {
  const changes = new Changes();
  const changed = new ChangedBuilds(changes);
  onTestFinished(() => changed.end());
  return { changes, changed };
}

test("many changes of a moment are told once, with those that come while they are gathered, and leave nothing behind", async () => {
  const { changes, changed } = follower();
  const news = changed.next(10_000);
  for (let times = 0; times < 100; times++) changes.buildChanged(7);
  changes.buildAsked(8);
  setImmediate(() => {
    changes.buildChanged(9);
    changes.accountChanged("shop");
  });
  expect(await news).toEqual({ builds: [7, 8, 9], accounts: ["shop"] });
  expect(await changed.next(1)).toEqual(NOTHING);
});

test("what changes while nobody asks is kept, and told at once", async () => {
  const { changes, changed } = follower();
  changes.buildChanged(3);
  changes.buildChanged(4);
  expect(await changed.next(10_000)).toEqual({ builds: [3, 4], accounts: [] });
  expect(await changed.next(1)).toEqual(NOTHING);
});

test("a follower that asks too rarely has its end, and so has one that goes while it waits", async () => {
  const { changes, changed } = follower();
  for (let id = 1; id <= 2_001; id++) changes.buildChanged(id);
  expect(await changed.next(10_000)).toBeUndefined();
  const other = new ChangedBuilds(changes);
  const waiting = other.next(10_000);
  other.end();
  expect(await waiting).toBeUndefined();
  expect(await other.next(10_000)).toBeUndefined();
});

test("a follower has its end when some changes may have been missed: it can't know of which builds", async () => {
  const { changes, changed } = follower();
  const waiting = changed.next(10_000);
  changes.missedSome();
  expect(await waiting).toBeUndefined();
});
