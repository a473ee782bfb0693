import { expect, test } from "vitest";
import { dotSizes } from "./groups";

test("nobody, few and withheld look the same, and dots grow in steps", () => {
  const sizes = dotSizes([0, null, 5, 20, 25, 100, 5000]);
  expect([sizes[0], sizes[1]]).toEqual([0, 0]);
  expect(sizes[2]).toBeGreaterThan(0);
  expect(sizes[3]).toBe(sizes[2]);
  expect(sizes[4]).toBeGreaterThan(sizes[3] ?? 1);
  expect(sizes[6]).toBe(sizes[5]);
});
