import { describe, expect, it } from "vitest";
import type { Param } from "../server/types";
import { checked, fieldText } from "./checking";

const told = { text: "x", lang: "en" };
const param = (change: Partial<Param>): Param => ({
  name: "x",
  label: told,
  about: told,
  sort: "number",
  unit: "min",
  low: 0,
  high: 240,
  choices: [],
  default: 15,
  required: false,
  many: false,
  pair: false,
  offers: "none",
  ...change,
});

describe("what is typed into a field", () => {
  it("is a number, with a comma or a point", () => {
    expect(checked(param({}), " 12,5 ")).toEqual({ ok: true, value: 12.5 });
    expect(checked(param({ high: null }), "1 200.5")).toEqual({ ok: true, value: 1200.5 });
    expect(checked(param({}), "a quarter")).toEqual({ ok: false, why: "number" });
    expect(checked(param({}), "1e999")).toEqual({ ok: false, why: "number" });
    expect(checked(param({}), "Infinity")).toEqual({ ok: false, why: "number" });
  });

  it("keeps within its bounds, the bounds included", () => {
    expect(checked(param({}), "240")).toEqual({ ok: true, value: 240 });
    expect(checked(param({}), "240.1")).toEqual({ ok: false, why: "high", limit: 240 });
    expect(checked(param({}), "-1")).toEqual({ ok: false, why: "low", limit: 0 });
  });

  it("is whole where it must be", () => {
    expect(checked(param({ sort: "whole" }), "1.5")).toEqual({ ok: false, why: "whole" });
    expect(checked(param({ sort: "whole" }), "3")).toEqual({ ok: true, value: 3 });
  });

  it("may be empty only where nothing is needed", () => {
    expect(checked(param({ default: null }), "")).toEqual({ ok: true, value: null });
    expect(checked(param({}), "")).toEqual({ ok: false, why: "empty" });
    expect(checked(param({ default: null, required: true }), "")).toEqual({ ok: false, why: "empty" });
  });

  it("is one of the choices, a time, a day, a pair or a list", () => {
    const choices = [{ value: "walk", label: told }];
    expect(checked(param({ sort: "choice", choices }), "fly")).toEqual({ ok: false, why: "choice" });
    expect(checked(param({ sort: "text", offers: "time" }), "24:75")).toEqual({ ok: false, why: "time" });
    expect(checked(param({ sort: "text", offers: "time" }), "25:10")).toEqual({ ok: true, value: "25:10" });
    expect(checked(param({ sort: "text", offers: "dates" }), "tomorrow")).toEqual({ ok: false, why: "day" });
    expect(checked(param({ pair: true }), "18.06, 59.33")).toEqual({ ok: true, value: [18.06, 59.33] });
    expect(checked(param({ pair: true }), "18.06")).toEqual({ ok: false, why: "pair" });
    expect(checked(param({ many: true }), "5 10; 15")).toEqual({ ok: true, value: [5, 10, 15] });
    expect(checked(param({ many: true, sort: "text" }), "bus, tram")).toEqual({ ok: true, value: ["bus", "tram"] });
  });

  it("is written back as it was read", () => {
    for (const value of [12.5, "school", [5, 10], null]) {
      const sort = typeof value === "string" ? ("text" as const) : ("number" as const);
      const read = checked(param({ sort, many: Array.isArray(value), default: null }), fieldText(value));
      expect(read).toEqual({ ok: true, value });
    }
  });
});
