import { expect, test } from "vitest";
import type { Change, ComparisonHead } from "../server/comparisons";
import { en } from "../words/en";
import { tableOf, unitRow, worstFirst } from "./unit_rows";
import type { Compared } from "./use_comparison";

const change: Change = {
  before: "a",
  after: "b",
  unit: "min",
  direction: "cost",
  support_digest: "d",
  change: [0, -3, 5, null, null, null, 12],
  better: [0, 1, -1, -1, 1, 0, -1],
  won: [4],
  lost: [3],
  unknown: [5],
  agreement: null,
};

test("the worst comes first: cut off, then the largest loss; what gains, then the same, and the unknown last", () => {
  expect(worstFirst({ change })).toEqual([3, 6, 2, 1, 4, 0, 5]);
});

const found = {
  head: {
    before: "a",
    after: "b",
    title: "Minutes",
    unit: "min",
    losers: [],
    gainers: [],
  } as unknown as ComparisonHead,
  change,
  before: { value: [1, 9, 2, 4, null, null, 1], unreachable: [4] },
  after: { value: [1, 6, 7, null, 8, null, 13], unreachable: [3] },
  units: { ids: ["u0", "u1", "u2", "u3", "u4", "u5", "u6"], points: [], bounds: null, count: 7 },
  people: { rounded_to: 5, people: { total: { all: [0, 60, 15, null, 5, 0, 20] } }, names: null, method: "" },
} as unknown as Compared;

test("the map as a table has every unit, the worst first, and no small number", () => {
  const table = tableOf(found, en, "en");
  const rows = table.rows();
  expect(rows).toHaveLength(7);
  expect(rows[0]).toEqual(["u3", 4, "out of reach", null, "cut off", null]);
  expect(rows[1]).toEqual(["u6", 1, 13, 12, "worse", 20]);
  expect(rows[4]).toEqual(["u4", "out of reach", 8, null, "newly reached", 5]);
  expect(rows.at(-1)).toEqual(["u5", null, null, null, "not known", 0]);
  expect(table.columns.map((column) => column.name)).toContain("Change (min)");
});

test("a position that is no unit has no row", () => {
  expect(unitRow(found, 99)).toBeUndefined();
});
