import { describe, expect, it } from "vitest";
import { dayText, lastingText, metresText, numberText, peopleText, shareText, unitText, valueText } from "./format";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ").replaceAll("\u2212", "-");

describe("numbers", () => {
  it("are written as the language writes them", () => {
    expect(plain(numberText(12345.6, "en"))).toBe("12,346");
    expect(plain(numberText(12345.6, "sv"))).toBe("12 346");
    expect(plain(numberText(12.34, "en"))).toBe("12.3");
    expect(plain(numberText(1.234, "sv"))).toBe("1,2");
    expect(plain(numberText(-0.0004, "en"))).toBe("0");
    expect(plain(numberText(0.256, "en"))).toBe("0.26");
    expect(plain(numberText(3, "en", 1))).toBe("3.0");
  });

  it("carry their unit, one or many", () => {
    expect(plain(valueText(1, "places", "en"))).toBe("1 place");
    expect(plain(valueText(3, "places", "sv"))).toBe("3 platser");
    expect(plain(valueText(12.4, "min", "sv"))).toBe("12,4 min");
    expect(valueText(4, "1", "en")).toBe("4");
    expect(unitText("furlongs", "sv")).toBe("furlongs");
  });

  it("never tell a small count of people", () => {
    for (const language of ["en", "sv"] as const) {
      for (const count of [1, 2, 3, 4, null]) {
        expect(peopleText(count, language).replace("5", "")).not.toMatch(/\d/);
      }
      expect(peopleText(0, language)).toBe("0");
      expect(peopleText(5, language)).toBe("5");
    }
  });

  it("are shares, days, metres and lengths of time", () => {
    expect(plain(shareText(0.254, "en"))).toBe("25%");
    expect(plain(shareText(0.254, "sv"))).toBe("25 %");
    expect(dayText("2026-06-16", "en")).toMatch(/Tue.*16 June 2026/);
    expect(dayText("2026-06-16", "sv")).toMatch(/tis.*16 juni 2026/);
    expect(dayText("someday", "en")).toBe("someday");
    expect(plain(metresText(1234, "sv"))).toBe("1,2 km");
    expect(metresText(340.2, "en")).toBe("340 m");
    expect(lastingText(225, "en")).toBe("3 min 45 s");
    expect(lastingText(725, "en")).toBe("12 min");
    expect(lastingText(45, "en")).toBe("45 s");
  });
});
