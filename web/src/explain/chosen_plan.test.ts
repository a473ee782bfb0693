import { describe, expect, it } from "vitest";
import { FRESH } from "../state/mode";
import { NO_DRAFT, type View } from "../state/state";
import { savedOnScreen } from "./chosen_plan";

const ask = { indicator: "walk_to_nearest", params: {}, support: "h3:9", draws: 1, seed: 1 };
const view: View = { city: "demo", ask, camera: null, table: false, draft: NO_DRAFT, mode: FRESH.compare };
const drawn = { name: "", edits: [{ kind: "close_street", street: "osm:way/1" }], etag: null };
const saved = ["bridge", "school"];

describe("the plan on the screen", () => {
  it("is the one that is compared", () => {
    expect(savedOnScreen({ ...view, mode: { ...FRESH.compare, plan: "school" } }, undefined, saved)).toBe("school");
    expect(savedOnScreen(view, undefined, saved)).toBe("bridge");
    expect(savedOnScreen(view, undefined, [])).toBeNull();
  });

  it("is the draft where there is one and no other was chosen", () => {
    expect(savedOnScreen({ ...view, draft: drawn }, undefined, saved)).toBeNull();
    const gone = { ...FRESH.compare, plan: "gone" };
    expect(savedOnScreen({ ...view, draft: drawn, mode: gone }, undefined, saved)).toBeNull();
  });

  it("stays the compared one while it is explained, and is no saved one elsewhere", () => {
    const compared = { ...FRESH.compare, plan: "school" };
    expect(savedOnScreen({ ...view, mode: FRESH.explain }, compared, saved)).toBe("school");
    expect(savedOnScreen({ ...view, mode: FRESH.explain }, undefined, saved)).toBeNull();
    expect(savedOnScreen({ ...view, mode: FRESH.look }, compared, saved)).toBeNull();
    expect(savedOnScreen({ ...view, mode: FRESH.change }, compared, saved)).toBeNull();
  });
});
