import { describe, expect, it } from "vitest";
import type { Catalogue, City, Indicator, Param } from "../server/types";
import { complete, defaultAsk, filledIn, startingParams, stillNeeded } from "./default_ask";

const told = { text: "x", lang: "en" };
const param = (change: Partial<Param>): Param => ({
  name: "x",
  label: told,
  about: told,
  sort: "text",
  unit: "",
  low: null,
  high: null,
  choices: [],
  default: null,
  required: false,
  many: false,
  pair: false,
  offers: "none",
  ...change,
});
const indicator = (id: string, params: readonly Param[], missing: Indicator["missing"] = []): Indicator => ({
  id,
  label: told,
  question: told,
  title: told,
  about: told,
  unit: "min",
  direction: "cost",
  live: false,
  params,
  blind_spots: [],
  cites: [],
  uncertain: [],
  missing,
});
const city = (change: Partial<City> = {}): City => ({
  name: "demo",
  version: "1",
  synthetic: true,
  layers: [],
  bounds: [0, 0, 1, 1],
  centre: [0, 0],
  groups: { total: ["all"] },
  counted_apart: [],
  supports: [
    { spec: "h3:8", label: "", kind: "hexagons" },
    { spec: "h3:9", label: "", kind: "hexagons" },
  ],
  kinds: [{ kind: "school", group: "education", label: "school", count: 3 }],
  service: null,
  attributions: [],
  plans: [],
  ...change,
});
const KIND = param({ name: "kind", offers: "kinds", default: "any" });
const DATE = param({ name: "date", offers: "dates", required: true });
const WHAT = param({ name: "what", offers: "opportunities", default: "jobs" });
const TO = param({ name: "to", offers: "place", required: true });
const NEAREST = indicator("walk_to_nearest", [KIND]);
const TRANSIT = indicator("transit_access", [DATE, WHAT]);
const service = { first: "2026-01-01", last: "2026-12-31", dates: [], usual: "2026-06-16" };
const ask = (of: City, ...indicators: Indicator[]) => defaultAsk(of, { indicators, edits: [] } as Catalogue);

describe("the first question", () => {
  it("is one anybody understands, about a kind of place the city has", () => {
    expect(ask(city(), indicator("zzz", []), NEAREST)).toMatchObject({
      indicator: "walk_to_nearest",
      params: { kind: "school" },
      support: "h3:9",
      draws: 1,
    });
  });

  it("is never one the city lacks a layer for, or one that needs something only a person knows", () => {
    const lacking = indicator("walk_to_nearest", [KIND], [{ layer: "places", sources: ["osm"] }]);
    expect(ask(city(), lacking, indicator("travel_time_to", [TO]))).toBeNull();
    expect(ask(city(), lacking, indicator("zzz", []))?.indicator).toBe("zzz");
  });

  it("fills in the usual day, and something to reach that is there", () => {
    expect(complete(TRANSIT, city())).toBe(false);
    expect(startingParams(TRANSIT, city({ service }))).toEqual({ date: "2026-06-16", what: "school" });
    expect(startingParams(TRANSIT, city({ service, counted_apart: ["jobs"] }))).toEqual({ date: "2026-06-16" });
    expect(startingParams(TRANSIT, city({ service, kinds: [] }))).toMatchObject({ what: "people" });
  });

  it("takes the units there are", () => {
    expect(ask(city({ supports: [] }), NEAREST)?.support).toBe("h3:9");
    expect(ask(city({ supports: [{ spec: "areas", label: "", kind: "areas" }] }), NEAREST)?.support).toBe("areas");
  });
});

describe("a form", () => {
  it("starts from what was asked, then from the defaults", () => {
    expect(filledIn(NEAREST, { kind: "park" })).toEqual({ kind: "park" });
    expect(filledIn(NEAREST, {})).toEqual({ kind: "any" });
  });

  it("tells what is still needed", () => {
    expect(stillNeeded(indicator("travel_time_to", [TO]), {})?.name).toBe("to");
    expect(stillNeeded(indicator("travel_time_to", [TO]), { to: "1,2" })).toBeNull();
    expect(stillNeeded(undefined, {})).toBeNull();
  });
});
