import { describe, expect, it } from "vitest";
import type { LonLat, Near, NearStop, NearStreet } from "../server/plans";
import { apart, metresPerPixel, onStop, onStreet } from "./snap";

const north = (metres: number): LonLat => [18, 59 + metres / 111_195];
const street = (at: LonLat, away_m: number, modes = ["walk", "drive"]): NearStreet => ({
  id: "a",
  way: "a",
  name: "A",
  words: "A",
  whole: "A",
  modes,
  speed_kmh: 30,
  away_m,
  at,
  line: [],
  whole_lines: [],
  junctions: [
    { id: "n1", at: north(30) },
    { id: "n2", at: north(-500) },
  ],
});
const stop = (away_m: number): NearStop => ({
  id: "s",
  kind: "stop",
  words: "S",
  away_m,
  at: north(away_m),
  station: null,
  lines: [],
});
const near = (more: Partial<Near>): Near => ({ streets: [], stops: [], places: [], ...more });
const HERE: LonLat = [18, 59];

describe("a point of a street", () => {
  it("goes to a junction first, then to the street, otherwise stays", () => {
    const found = near({ streets: [street(north(8), 8)] });
    expect(onStreet(HERE, found, 40).at).toEqual(north(30));
    expect(onStreet(HERE, found, 10).at).toEqual(north(8));
    expect(onStreet(HERE, found, 5).at).toEqual(HERE);
    expect(onStreet(HERE, near({}), 40).at).toEqual(HERE);
  });
});

describe("a stop of a line", () => {
  it("is the one that is there, otherwise a new one on a street that cars may use", () => {
    const found = near({ stops: [stop(12)], streets: [street(north(3), 3, ["walk"]), street(north(6), 6)] });
    expect(onStop(HERE, found, 20)).toEqual({ at: north(12), stop: "s" });
    expect(onStop(HERE, found, 10)).toEqual({ at: north(6), stop: null });
  });
});

it("distances are metres", () => {
  expect(apart(HERE, north(100))).toBeCloseTo(100, 1);
  expect(apart([18, 60], [18.001, 60])).toBeCloseTo(55.6, 1);
  expect(metresPerPixel(0, 0)).toBeCloseTo(78271.5, 0);
});
