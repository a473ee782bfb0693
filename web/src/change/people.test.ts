import { describe, expect, it } from "vitest";
import type { People } from "../server/live";
import { groupRows, headline } from "./people";

const people = (row: Record<string, unknown>, newcomers: number | null = null, more = {}): People => ({
  groups: { total: [{ dimension: "total", group: "all", ...row }], ...more },
  newcomers,
  sentences: [],
  values: "",
});

describe("the line about everybody", () => {
  it("tells losers first, in both languages", () => {
    const told = people({ lose: 1200, gain: 340, hidden: {} });
    expect(headline(told, "en")).toBe("1,200 people lose, 340 people gain.");
    expect(headline(told, "sv")).toBe("1\u00a0200 personer förlorar, 340 personer vinner.");
  });

  it("says nobody where there is nobody, and who moves in", () => {
    expect(headline(people({ lose: 0, gain: 1, hidden: {} }), "en")).toBe("Nobody loses, 1 person gains.");
    expect(headline(people({ lose: 0, gain: 0, hidden: {} }, 40), "en")).toBe(
      "Nobody loses, nobody gains. 40 move in.",
    );
  });

  it("never shows a small or hidden count", () => {
    const told = headline(people({ lose: null, gain: null, hidden: { lose: "small", gain: "covered" } }), "en");
    expect(told).toBe("Fewer than 5 people lose, some people gain.");
  });

  it("is not there where the city has no people", () => {
    expect(headline({ groups: {}, newcomers: null, sentences: [], values: "" }, "en")).toBeNull();
  });
});

it("each group is told apart, without digits where they are hidden", () => {
  const row = { dimension: "age", group: "0_17", lose: null, gain: 7, hidden: { lose: "small" } };
  expect(groupRows(people({}, null, { age: [row] }), "en")).toEqual([
    { group: "age: 0 17", lose: "fewer than 5", gain: "7" },
  ]);
});
