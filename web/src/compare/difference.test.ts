import { expect, test } from "vitest";
import type { Change } from "../server/comparisons";
import { BETTER, boxOfChange, changePaint, codesOf, PALETTE, stepsOf, tally, unsureOf, WORSE } from "./difference";

function changed(change: (number | null)[], better: number[], more: Partial<Change> = {}): Change {
  return {
    before: "a",
    after: "b",
    unit: "min",
    direction: "cost",
    support_digest: "d",
    change,
    better,
    won: [],
    lost: [],
    unknown: [],
    agreement: null,
    ...more,
  };
}

test("worse and better have their own sides, by size; the same is neither", () => {
  const change = changed([1, 6, 30, 0, -1, -6, -30], [-1, -1, -1, 0, 1, 1, 1]);
  expect([...codesOf(change, [5, 20])]).toEqual([3, 2, 1, 4, 5, 6, 7]);
});

test("which side is better is not read from the sign", () => {
  expect([...codesOf(changed([3], [1]), [1, 2])]).toEqual([BETTER[2]]);
  expect([...codesOf(changed([3], [-1]), [1, 2])]).toEqual([WORSE[0]]);
});

test("cut off, newly reached and not known are apart", () => {
  const change = changed([null, null, null], [-1, 1, 0], { lost: [0], won: [1], unknown: [2] });
  expect([...codesOf(change, [1, 2])]).toEqual([0, 8, -1]);
  expect(tally(codesOf(change, [1, 2]))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test("steps are round figures that rise", () => {
  expect(stepsOf(changed([1.1, 4.8, 19, -22, 0, null], [-1, -1, -1, 1, 0, 0]))).toEqual([5, 20]);
  for (const sizes of [[3], [3, 3, 3], [0.0012, 0.0013], [10, 10.1], [0], [null], []]) {
    const [more, much] = stepsOf(changed(sizes, sizes.map(Number)));
    expect(much).toBeGreaterThan(more);
    expect(more).toBeGreaterThan(0);
  }
});

test("only changes that too few draws agree on are unsure", () => {
  const change = changed([1, 1, 0, 1], [1, 1, 0, -1], { agreement: [0.9, 0.85, 0.1, null] });
  expect([...unsureOf(change, 0.9)]).toEqual([0, 1, 0, 0]);
  expect([...unsureOf({ ...change, agreement: null }, 0.9)]).toEqual([0, 0, 0, 0]);
});

test("a palette has a colour for every code", () => {
  expect(PALETTE.light).toHaveLength(9);
  expect(PALETTE.dark).toHaveLength(9);
});

test("what stays the same is faint, and unsure units are hatched, faded or left out", () => {
  const codes = Int16Array.from([1, 4, 6]);
  const unsure = Uint8Array.from([1, 0, 0]);
  const hatched = changePaint(codes, unsure, "texture", "light");
  expect(Array.from(hatched.textured ?? [])).toEqual([1, 0, 0]);
  expect(hatched.shown?.[1]).toBeLessThan(hatched.shown?.[0] ?? 0);
  const faded = changePaint(codes, unsure, "fade", "light");
  expect(faded.shown?.[0]).toBeLessThan(faded.shown?.[2] ?? 0);
  expect(faded.textured).toBeUndefined();
  expect(Array.from(changePaint(codes, unsure, "hide", "dark").codes)).toEqual([-1, 4, 6]);
});

test("the box of what changes leaves out what does not", () => {
  const points = [
    [18, 59],
    [18.1, 59.2],
    [30, 70],
  ] as const;
  const units = { ids: ["a", "b", "c"], points, bounds: null, count: 3 };
  const [west, south, east, north] = boxOfChange(changed([1, -1, 0], [1, -1, 0]), units) ?? [0, 0, 0, 0];
  expect(west).toBeLessThan(18);
  expect(south).toBeLessThan(59);
  expect(east).toBeCloseTo(18.104);
  expect(north).toBeCloseTo(59.204);
  expect(boxOfChange(changed([0, 0, 0], [0, 0, 0]), units)).toBeNull();
});
