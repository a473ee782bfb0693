import { expect, it } from "vitest";
import type { LonLat, Near } from "../server/plans";
import { Looking } from "./looking";

const NEAR: Near = { streets: [], stops: [], places: [] };

/** A server whose answers are let go one by one. */
function slow() {
  const waiting: (() => void)[] = [];
  const asked: LonLat[] = [];
  const ask = (at: LonLat) => {
    asked.push(at);
    return new Promise<Near | null>((resolve) => waiting.push(() => resolve(NEAR)));
  };
  const answer = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { ask, asked, answer };
}

it("asks one question at a time, and next for the newest place", async () => {
  const { ask, asked, answer } = slow();
  const heard: LonLat[] = [];
  const looking = new Looking(ask, (at) => heard.push(at));
  for (const lon of [1, 2, 3]) looking.look([lon, 0], 10);
  expect(asked).toEqual([[1, 0]]);
  await answer();
  expect(asked).toEqual([
    [1, 0],
    [3, 0],
  ]);
  await answer();
  expect(heard).toEqual([
    [1, 0],
    [3, 0],
  ]);
  expect(asked).toHaveLength(2);
});

it("knows what it has just looked at", async () => {
  const { ask, asked, answer } = slow();
  const looking = new Looking(ask, () => {});
  looking.look([1, 0], 10);
  await answer();
  expect(await looking.here([1, 0], 10)).toBe(NEAR);
  expect(asked).toHaveLength(1);
});

it("tells nothing once it is closed", async () => {
  const { ask, answer } = slow();
  const heard: LonLat[] = [];
  const looking = new Looking(ask, (at) => heard.push(at));
  looking.look([1, 0], 10);
  looking.close();
  await answer();
  expect(heard).toEqual([]);
});
