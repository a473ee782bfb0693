import { describe, expect, it } from "vitest";
import { FRESH } from "../state/mode";
import { NO_DRAFT, type View } from "../state/state";
import { briefRequest, classesFor, codeRequest, onScreen } from "./on_screen";

const ask = { indicator: "walk_to_nearest", params: { kind: "school" }, support: "h3:9", draws: 5, seed: 2 };
const plain: View = { city: "demo", ask, camera: null, table: false, draft: NO_DRAFT, mode: FRESH.explain };
const edits = [{ kind: "close_street", street: "osm:way/1" }];
const planned: View = { ...plain, draft: { name: "shut", edits, etag: null } };
const head = { title: "T", question: "Q", written: "2027-03-01" };

describe("what is on the screen", () => {
  it("is one answer when nothing is changed, and two under a draft", () => {
    expect(onScreen(plain)).toEqual({ before: { city: "demo", ...ask, edits: [] }, after: null });
    expect(onScreen(planned).before.edits).toEqual([]);
    expect(onScreen(planned).after).toEqual({ city: "demo", ...ask, edits, plan: "shut" });
  });

  it("has the classes that were chosen for the map", () => {
    const values = { value: [1, 2, 3, 4, 5, 6, 7, 8, null], unreachable: [8], reason: [], reasons: {} };
    const told = { ...values, unit: "min", direction: "cost" as const, support_digest: "d" };
    const two = { ...FRESH.look, classes: 2 };
    expect(classesFor({ ...plain, mode: two }, undefined, told).edges).toHaveLength(1);
    expect(classesFor(plain, two, told).edges).toHaveLength(1);
    expect(classesFor(plain, undefined, told).edges.length).toBeGreaterThan(3);
  });

  it("is asked for as code with the plan's name, compared where there is a plan", () => {
    expect(codeRequest(plain)).toEqual({ city: "demo", ...ask, edits: [], compare: false });
    expect(codeRequest(planned)).toEqual({ city: "demo", ...ask, edits, plan: "shut", compare: true });
  });

  it("leaves the name of an unnamed draft to the server", () => {
    const unnamed = { ...planned, draft: { ...planned.draft, name: "" } };
    expect("plan" in codeRequest(unnamed)).toBe(false);
  });

  it("goes into a brief with the reader's own words", () => {
    const { indicator, params, ...how } = ask;
    const measures = [{ indicator, params }];
    expect(briefRequest(planned, head, "pdf", "sv")).toEqual({
      city: "demo",
      measures,
      edits,
      plan: "shut",
      ...how,
      ...head,
      format: "pdf",
      language: "sv",
    });
  });
});
