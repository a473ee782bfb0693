import { expect, test } from "vitest";
import { placed } from "./dot_map";

test("a town fills its small map, north up and not squeezed", () => {
  const points = [
    [18, 59],
    [18.02, 59],
    [18, 59.01],
  ] as const;
  const [a, b, c] = placed(points, 220, 160);
  if (!a || !b || !c) throw new Error("a point is missing");
  expect(c[1]).toBeLessThan(a[1]);
  expect(b[0]).toBeGreaterThan(a[0]);
  const east = (b[0] - a[0]) / (0.02 * Math.cos((59.005 * Math.PI) / 180));
  expect(east).toBeCloseTo((a[1] - c[1]) / 0.01, 0);
  for (const [x, y] of [a, b, c]) {
    expect(x).toBeGreaterThanOrEqual(7.9);
    expect(x).toBeLessThanOrEqual(212.1);
    expect(y).toBeGreaterThanOrEqual(7.9);
    expect(y).toBeLessThanOrEqual(152.1);
  }
});

test("one place alone lies in the middle", () => {
  expect(placed([[18, 59]], 100, 80)).toEqual([[50, 40]]);
});
