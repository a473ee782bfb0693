import { describe, expect, it } from "vitest";
import { classesOf } from "../map/classes";
import type { WhyLeg } from "../server/types";
import { en } from "../words/en";
import { sv } from "../words/sv";
import { classLabels } from "./class_labels";
import { legText } from "./leg_text";

const plain = (texts: readonly string[]) => texts.map((text) => text.replaceAll(/[\u00a0\u202f]/g, " "));
const leg = (change: Partial<WhyLeg>): WhyLeg => ({
  kind: "along",
  seconds: 60,
  start: "",
  metres: null,
  origin: "",
  destination: "",
  mode: "",
  line: "",
  towards: "",
  stops: 0,
  ...change,
});

describe("the legend says", () => {
  it("borders of numbers with decimals, as the language writes them", () => {
    const classes = { edges: [2.5, 10], low: 0.1, high: 31.4, each: null };
    expect(plain(classLabels(classes, "en", en))).toEqual(["under 2.5", "2.5 to 10.0", "10.0 and more"]);
    expect(plain(classLabels(classes, "sv", sv))).toEqual(["under 2,5", "2,5 till 10,0", "10,0 och mer"]);
  });

  it("whole numbers without overlap, and few values one by one", () => {
    const classes = { edges: [3, 4, 1200], low: 0, high: 5000, each: null };
    expect(plain(classLabels(classes, "en", en))).toEqual(["0 to 2", "3", "4 to 1,199", "1,200 to 5,000"]);
    expect(plain(classLabels(classesOf([1, 5, 5], 6, "quantile"), "en", en))).toEqual(["1", "5"]);
    expect(classLabels(classesOf([], 6, "quantile"), "en", en)).toEqual([]);
  });
});

describe("a part of a trip", () => {
  it("is told in words, for every kind there is", () => {
    const ride = leg({ kind: "ride", mode: "ferry", line: "F1", towards: "Torsta", destination: "Eksta" });
    expect(legText(ride, "journey", en)).toBe("Ferry F1 towards Torsta, to Eksta");
    expect(legText(ride, "journey", sv)).toBe("Färja F1 mot Torsta, till Eksta");
    expect(legText(leg({ kind: "wait", destination: "Eksta" }), "journey", en)).toBe("Wait at Eksta");
    expect(legText(leg({}), "cycle", en)).toBe("Cycle");
    expect(legText(leg({}), "drive", sv)).toBe("Kör");
    for (const kind of ["to_street", "from_street", "access", "transfer", "egress", "walk"]) {
      expect(legText(leg({ kind, destination: "Eksta" }), "journey", en)).not.toMatch(/[{}_]/);
    }
  });
});
