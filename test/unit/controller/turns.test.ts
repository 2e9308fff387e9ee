import { expect, test } from "vitest";
import { AccountRoom } from "../../../src/controller/queue/account-room.ts";
import { inOrder, nextTurn, type Waiting } from "../../../src/controller/queue/turns.ts";

/** Gives out everything that is waiting, and answers the accounts in the order of their builds. */
function playOut(asks: readonly string[], begunBefore = 0): string[] {
  const last = new Map<string, number>();
  const builds = asks.map((account, index) => {
    const turn = nextTurn(last.get(account) ?? 0, begunBefore);
    last.set(account, turn);
    return { account, id: index + 1, platform: "ios", turn };
  });
  return builds.sort(inOrder(new Map())).map(({ account }) => account);
}

test("Who asks for one build isn't kept waiting by one who asked for many", () => {
  const order = playOut([...Array(200).fill("many"), "one"]);
  expect(order.indexOf("one")).toBe(1);
});

test("Accounts with many builds take turns, whatever the order in which they asked", () => {
  expect(playOut(["a", "a", "a", "b", "c", "b"]).join("")).toBe("abcaba");
});

test("An account that was idle for long doesn't come before all others: it stands beside those whose turn it is", () => {
  expect(nextTurn(3, 500)).toBe(500);
  expect(nextTurn(700, 500)).toBe(701);
  expect(nextTurn(0, 0)).toBe(1);
});

test("Across platforms it counts how far a turn is from the last one begun there", () => {
  const builds: Waiting[] = [
    { id: 1, platform: "android", turn: 1001 },
    { id: 2, platform: "ios", turn: 7 },
    { id: 3, platform: "ios", turn: 5 },
    { id: 4, platform: "android", turn: 1000 },
  ];
  const begun = new Map([
    ["android", 1000],
    ["ios", 5],
  ]);
  expect(builds.sort(inOrder(begun)).map(({ id }) => id)).toEqual([3, 4, 1, 2]);
});

test("Room under a limit is used up build by build; an account without a limit always has some", () => {
  const room = new AccountRoom([
    { accountId: "a", limit: 3, live: 1 },
    { accountId: "lowered", limit: 1, live: 4 },
  ]);
  expect(room.full()).toEqual(["lowered"]);
  expect([room.hasRoom("a"), room.hasRoom("free")]).toEqual([true, true]);
  for (const account of ["a", "a", "free"]) room.take(account);
  expect([room.hasRoom("a"), room.hasRoom("free")]).toEqual([false, true]);
  expect(room.full()).toEqual(["a", "lowered"]);
});
