import { describe, expect, it } from "vitest";
import { luminance, rampOf, twoWay, UNKNOWN, UNREACHABLE } from "./colours";

const THEMES = ["light", "dark"] as const;

describe("colours", () => {
  it.each(THEMES)(
    "go one way in lightness, so that grey printers and colour-blind readers see the order: %s",
    (theme) => {
      for (let number = 2; number <= 9; number++) {
        const light = rampOf(number, theme).map(luminance);
        const steps = light.slice(1).map((value, at) => value - (light[at] as number));
        expect(new Set(steps.map(Math.sign)).size).toBe(1);
        expect(Math.sign(steps[0] as number)).toBe(theme === "light" ? -1 : 1);
      }
    },
  );

  it.each(THEMES)("keep what has no number off the ramp: %s", (theme) => {
    const ramp = rampOf(9, theme);
    for (const colour of [UNREACHABLE[theme], UNKNOWN[theme]]) expect(ramp).not.toContain(colour);
    const [unreachable, unknown] = [luminance(UNREACHABLE[theme]), luminance(UNKNOWN[theme])];
    const contrast = (Math.max(unreachable, unknown) + 0.05) / (Math.min(unreachable, unknown) + 0.05);
    expect(contrast).toBeGreaterThan(2);
  });

  it.each(THEMES)("of two answers are nine, all different: %s", (theme) => {
    expect(new Set(twoWay(theme)).size).toBe(9);
  });

  it("are hexadecimal", () => {
    for (const colour of [...rampOf(6, "light"), ...rampOf(1, "dark")]) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(rampOf(0, "light")).toEqual([]);
  });
});
