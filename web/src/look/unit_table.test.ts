import { describe, expect, it } from "vitest";
import type { AreaSummaries } from "../server/types";
import { en } from "../words/en";
import { answerFigures, areaFigures, unitTable } from "./unit_table";

const field = { value: Float64Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY), low: null, high: null };
const parts = {
  key: "k",
  caption: "Minutes",
  count: 3,
  figures: answerFigures({ field, unit: "min" }, null, en),
  name: (unit: number) => `u${unit}`,
  note: (unit: number) => (unit ? "no way" : ""),
  people: [120, null, 0],
};

describe("the table of a map", () => {
  it("has a row for every unit; what is no number is empty and says why", () => {
    const table = unitTable(parts, en, "en");
    expect(table.columns.map((column) => column.name)).toEqual(["Unit", "Value (min)", "Note", "People"]);
    expect(table.rows()).toEqual([
      ["u0", 1.5, "", 120],
      ["u1", null, "no way", null],
      ["u2", null, "no way", 0],
    ]);
  });

  it("never tells a small count, and tells unknown numbers as such", () => {
    const { text } = unitTable(parts, en, "en");
    expect(text?.(null, 3)).toBe("fewer than 5");
    expect(text?.(120, 3)).toBe("120");
    expect(text?.(null, 1)).toBe("–");
  });

  it("has no column of people where none are known", () => {
    expect(unitTable({ ...parts, people: null }, en, "en").columns).toHaveLength(3);
  });

  it("has the range where it is stated, the second answer where there is one, and the figures of areas", () => {
    const ranged = { ...field, low: field.value, high: field.value };
    const second = { field, title: "Places", unit: "places" };
    expect(answerFigures({ field: ranged, unit: "min" }, second, en).map((figure) => figure.name)).toEqual([
      "Value (min)",
      "Low",
      "High",
      "Places (places)",
    ]);
    const areas = { unit: "min", mean: [1], tenth: [0], median: [1], ninetieth: [2] } as unknown as AreaSummaries;
    expect(areaFigures(areas, en).map((figure) => figure.values[0])).toEqual([1, 0, 1, 2]);
  });
});
