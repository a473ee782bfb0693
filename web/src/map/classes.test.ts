import { describe, expect, it } from "vitest";
import { classesOf, classOf, countOf, digitsOf } from "./classes";

const SCHEMES = ["quantile", "natural", "equal"] as const;
const skewed = Array.from({ length: 500 }, (_, k) => Math.exp(k / 100) + (k % 7) * 0.013);

describe("classes", () => {
  it.each(SCHEMES)("by %s cover every value once, in order", (scheme) => {
    for (const number of [2, 3, 5, 7, 9]) {
      const classes = classesOf(skewed, number, scheme);
      expect(countOf(classes)).toBeLessThanOrEqual(number);
      expect(countOf(classes)).toBeGreaterThan(1);
      expect([...classes.edges].sort((a, b) => a - b)).toEqual(classes.edges);
      let last = 0;
      for (const value of skewed.toSorted((a, b) => a - b)) {
        const now = classOf(value, classes);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect(last).toBe(countOf(classes) - 1);
    }
  });

  it("by quantile hold about as many values each", () => {
    const classes = classesOf(skewed, 5, "quantile");
    const held = new Array<number>(5).fill(0);
    for (const value of skewed) (held[classOf(value, classes)] as number) += 1;
    for (const some of held) expect(Math.abs(some - 100)).toBeLessThanOrEqual(15);
  });

  it("by natural breaks find the gaps", () => {
    const groups = [1, 1.1, 1.2, 1.3, 5, 5.1, 5.2, 5.3, 9, 9.1, 9.2, 9.3];
    const { edges } = classesOf(groups, 3, "natural");
    expect(edges).toHaveLength(2);
    expect(edges[0]).toBeGreaterThan(1.3);
    expect(edges[0]).toBeLessThanOrEqual(5);
    expect(edges[1]).toBeGreaterThan(5.3);
    expect(edges[1]).toBeLessThanOrEqual(9);
  });

  it("by equal width lie evenly", () => {
    expect(
      classesOf(
        Array.from({ length: 101 }, (_, k) => k),
        4,
        "equal",
      ).edges,
    ).toEqual([25, 50, 75]);
  });

  it("give few values a class each, and leave out what is not finite", () => {
    const classes = classesOf([3, Number.NaN, 1, Number.POSITIVE_INFINITY, 3, 7], 5, "quantile");
    expect(classes.each).toEqual([1, 3, 7]);
    expect([1, 3, 7].map((value) => classOf(value, classes))).toEqual([0, 1, 2]);
    expect(countOf(classesOf([], 5, "quantile"))).toBe(0);
    expect(countOf(classesOf([Number.NaN], 5, "natural"))).toBe(0);
    expect(countOf(classesOf([4], 5, "equal"))).toBe(1);
  });

  it("keep the smallest value apart when nearly all are that", () => {
    const classes = classesOf([...new Array(990).fill(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 6, "quantile");
    expect(classOf(0, classes)).toBe(0);
    expect(classOf(1, classes)).toBe(1);
  });

  it("have borders with few digits", () => {
    expect(digitsOf(classesOf(skewed, 5, "equal"))).toBeLessThanOrEqual(1);
    expect(digitsOf({ edges: [0.25, 1], low: 0, high: 2, each: null })).toBe(2);
  });
});
