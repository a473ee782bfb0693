import { expect, test } from "vitest";
import type { ComparisonHead, Count, GroupChange } from "../server/comparisons";
import { certainty, countText, headline, signed, sizes, some, unitSentence, whereabouts, whyHidden } from "./sentences";

const told = (number: number): Count => ({ number, state: "told" });
const SMALL: Count = { number: null, state: "small" };
const COVERED: Count = { number: null, state: "covered" };

function group(more: Partial<GroupChange> = {}): GroupChange {
  return {
    dimension: "total",
    group: "all",
    people: told(8000),
    lose: told(991),
    gain: told(1203),
    same: told(5806),
    unknown: told(0),
    cut_off: told(0),
    reached: told(0),
    sure_lose: null,
    sure_gain: null,
    mean_change: 1,
    suppressed: false,
    ...more,
  };
}

function head(groups: GroupChange[], more: Partial<ComparisonHead> = {}): ComparisonHead {
  return {
    before: "a",
    after: "b",
    url: "/api/comparisons/a/b",
    city: "demo",
    plan: "plan",
    title: "Minutes on foot",
    question: "How many minutes?",
    unit: "min",
    direction: "cost",
    support_digest: "d",
    uncertain: false,
    draws: 1,
    sure: 0.9,
    sentences: [],
    warnings: [],
    units: { lose: 3, gain: 2, same: 10, unknown: 0 },
    groups,
    lose: null,
    gain: null,
    losers: [],
    gainers: [],
    newcomers: told(0),
    equity: [],
    blind_spots: [],
    ...more,
  };
}

test("losers before gainers, in both languages", () => {
  expect(headline(head([group()]), "en")).toEqual(["991 people lose and 1,203 gain; 5,806 see no change."]);
  expect(headline(head([group()]), "sv")[0]?.replace(/\s/g, " ")).toBe(
    "991 personer förlorar och 1 203 vinner; 5 806 påverkas inte.",
  );
});

test("nobody is a word, and who is cut off is said", () => {
  const said = headline(head([group({ gain: told(0), cut_off: told(120), unknown: told(7) })]), "en");
  expect(said).toEqual([
    "991 people lose and nobody gains; 5,806 see no change; for 7 people it is not known.",
    "120 people can no longer get there.",
  ]);
});

test("small and covered counts are told without digits", () => {
  const said = headline(head([group({ lose: SMALL, gain: COVERED, same: COVERED })]), "en").join(" ");
  expect(said).toContain("Fewer than 5 people lose");
  expect(said.replace("than 5", "")).not.toMatch(/\d/);
  expect(countText(COVERED, "en")).toBe("–");
  expect(whyHidden(COVERED, "en")).toContain("subtraction");
  expect(some({ number: 20, state: "at least" }, "sv")).toBe("minst 20 personer");
});

test("without people, units are counted and that is said", () => {
  const said = headline(head([]), "en")[0];
  expect(said).toContain("Of 15 reporting units, 3 get worse and 2 get better");
  expect(said).toContain("people are not counted");
});

test("sizes are told for both sides where they may be", () => {
  const found = sizes(head([group()], { lose: { before: 5, after: 12.5 } }), "en");
  expect(found).toEqual(["Those who lose: from 5 min to 12.5 min on average."]);
});

test("how sure it is", () => {
  expect(certainty(head([group()]), "en")).toContain("not stated");
  const sure = certainty(
    head([group({ sure_lose: told(900), sure_gain: SMALL })], { uncertain: true, draws: 30 }),
    "en",
  );
  expect(sure).toContain("30");
  expect(sure).toContain("900 people");
  expect(sure).toContain("and fewer than 5 gain");
  const nothing = group({ lose: told(0), gain: told(0), sure_lose: told(0), sure_gain: told(0) });
  expect(certainty(head([nothing], { uncertain: true, draws: 30 }), "en")).not.toContain("obody");
});

test("one unit", () => {
  const unit = {
    unit: 1,
    id: "x",
    place: "Vik",
    near: "Strandvägen",
    before: 5,
    after: null,
    change: null,
    people: 60,
    agreement: null,
  };
  expect(unitSentence({ ...unit, reach: "cut off" }, "min", "en")).toBe("5 min → out of reach · cut off");
  expect(unitSentence({ ...unit, after: 9, change: 4, reach: "both" }, "min", "sv")).toBe("5 → 9 min · +4");
  expect(signed(-3, "places", "en")).toBe("−3 places");
  expect(whereabouts({ ...unit, reach: "both" }, "en")).toBe("Vik, by Strandvägen");
  expect(whereabouts({ ...unit, reach: "both", place: null }, "sv")).toBe("Vid Strandvägen");
  expect(whereabouts({ ...unit, reach: "both", place: null, near: null }, "en")).toBe("Unit x");
});
