import { describe, expect, it } from "vitest";
import type { UnitChange } from "../server/live";
import * as codes from "./difference";

const change = (more: Partial<UnitChange>): UnitChange => ({
  unit: 0,
  before: 10,
  after: 10,
  unreachable: false,
  wasUnreachable: false,
  reason: 0,
  better: 0,
  ...more,
});

describe("the code of a unit", () => {
  it.each([
    [{}, codes.UNCHANGED],
    [{ after: 11, better: -1 as const }, codes.WORSE],
    [{ after: 20, better: -1 as const }, codes.WORSE_MUCH],
    [{ after: 9, better: 1 as const }, codes.BETTER],
    [{ after: 2, better: 1 as const }, codes.BETTER_MUCH],
    [{ after: null, unreachable: true, better: -1 as const }, codes.CUT_OFF],
    [{ before: null, wasUnreachable: true, better: 1 as const }, codes.REACHED],
    [{ before: 0, after: 3, better: 1 as const }, codes.BETTER_MUCH],
  ])("of %o", (more, code) => expect(codes.codeOf(change(more))).toBe(code));

  it("has a colour of its own, light and dark", () => {
    for (const colours of Object.values(codes.PALETTE)) expect(new Set(colours).size).toBe(codes.REACHED + 1);
  });
});
