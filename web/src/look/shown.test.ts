import { describe, expect, it } from "vitest";
import { classesOf, countOf } from "../map/classes";
import type { AnswerValues } from "../server/types";
import { barsOf, bothOf, codesOf, fieldOf, held, livingWithin, paintOf, unsureUnits } from "./shown";

const VALUES: AnswerValues = {
  value: [1, 2, 3, 4, 5, 6, null, null],
  unreachable: [7],
  low: [0.9, 1, 2.9, 3, 4.9, 5, null, null],
  high: [1.1, 4, 3.1, 6, 5.1, 6.5, null, null],
  reason: [0, 0, 0, 0, 0, 0, 5, 3],
  reasons: { 0: "known", 3: "farther than the limit", 5: "no data here" },
  unit: "min",
  direction: "cost",
  support_digest: "d",
};
const field = fieldOf(VALUES);
const classes = classesOf(field.value, 3, "quantile");

describe("what is shown of an answer", () => {
  it("keeps unknown and out of reach apart", () => {
    expect(field.value[6]).toBeNaN();
    expect(field.value[7]).toBe(Number.POSITIVE_INFINITY);
    const codes = codesOf(field, classes);
    expect(codes[6]).toBe(countOf(classes) + 1);
    expect(codes[7]).toBe(countOf(classes));
    expect(new Set(codes.slice(0, 6))).toEqual(new Set([0, 1, 2]));
  });

  it("has a colour for every code", () => {
    const paint = paintOf(field, classes, "light", null, "hide");
    for (const code of Array.from(paint.codes)) expect(paint.palette[code]).toMatch(/^#/);
  });

  it("shows what the brush holds and dims the rest, numbers or none", () => {
    const { shown } = paintOf(field, classes, "light", [2, 4], "hide");
    expect(Array.from(shown ?? [], (opacity) => opacity > 0.5)).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("marks units whose range leaves their class", () => {
    expect([...unsureUnits(field, classes)]).toEqual(
      [0, 1, 0, 1, 0, 0, 0, 0].map((_, at) => {
        const [low, high] = [VALUES.low?.[at], VALUES.high?.[at]];
        if (low == null || high == null) return 0;
        const codes = codesOf({ value: Float64Array.of(low, high), low: null, high: null }, classes);
        return codes[0] === codes[1] ? 0 : 1;
      }),
    );
    expect(paintOf(field, classes, "light", null, "hide").textured).toBeNull();
  });

  it("fades with the width of the range", () => {
    const { shown } = paintOf(field, classes, "dark", null, "fade");
    expect(shown?.[1]).toBeLessThan(shown?.[0] as number);
    expect(shown?.[7]).toBeCloseTo(0.82);
  });

  it("counts everybody once, in the legend and in the bars", () => {
    const weight = [10, 20, 30, 40, 50, 60, 70, 80];
    const sums = held(codesOf(field, classes), countOf(classes) + 2, weight);
    expect(sums.reduce((a, b) => a + b)).toBe(360);
    expect([...sums.slice(-2)]).toEqual([80, 70]);
    const bars = barsOf(field.value, weight);
    expect(bars?.weight.reduce((a, b) => a + b)).toBe(210);
    expect([bars?.low, bars?.high]).toEqual([1, 6]);
    expect(barsOf(Float64Array.of(4, 4, Number.NaN), null)).toBeNull();
    const tied = barsOf(Float64Array.of(0, 9.9, 10), Float64Array.of(1, 2, 90), 2);
    expect(tied?.typical[1]).toBe(10); // a bar is coloured as most of it is on the map
  });

  it("counts who lives where the brush lies", () => {
    expect(livingWithin(Float64Array.of(1, 2, 3, Number.NaN), [2, 3], Float64Array.of(5, 10, 20, 40))).toBe(30);
  });

  it("sets two answers against each other", () => {
    const other = { value: Float64Array.of(6, 5, 4, 3, 2, 1, 1, 1), low: null, high: null };
    const both = bothOf(field, other, "quantile", "light");
    const codes = Array.from(both.paint.codes);
    expect(codes[0]).toBe(3 * 2 + 0); // low in the first, high in the second
    expect(codes[5]).toBe(3 * 0 + 2);
    expect(codes.slice(6)).toEqual([10, 9]);
    for (const code of codes) expect(both.paint.palette[code]).toMatch(/^#/);
  });
});
