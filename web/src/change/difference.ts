/** How a change that is still being drawn is coloured: each unit by itself, so that the rest is not painted anew. Pure. */

import type { UnitChange } from "../server/live";
import type { Theme } from "../state/state";

/** Orange to blue: told apart with every common kind of colour blindness; the ends differ in lightness as well. */
export const PALETTE: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#4a0d1c", "#a34306", "#f0a860", "#8fbfe0", "#1c5a9c", "#00a087"],
  dark: ["#ff5f86", "#e8751f", "#8a5a2b", "#3f6d96", "#8cc1f2", "#35e0bf"],
};

/** Codes of the palette, worst first. */
export const CUT_OFF = 0;
export const WORSE_MUCH = 1;
export const WORSE = 2;
export const BETTER = 3;
export const BETTER_MUCH = 4;
export const REACHED = 5;
export const UNCHANGED = -1;

export const MUCH = 0.2; // of what it was: from here on a change is much

/** The code of one unit; -1 where nothing changes, so that the map below is seen. */
export function codeOf(change: UnitChange): number {
  if (change.better === 0) return UNCHANGED;
  if (change.unreachable !== change.wasUnreachable) return change.better < 0 ? CUT_OFF : REACHED;
  const before = change.before ?? 0;
  const after = change.after ?? 0;
  const whole = Math.max(Math.abs(before), Math.abs(after));
  const much = whole > 0 && Math.abs(after - before) >= MUCH * whole;
  if (change.better < 0) return much ? WORSE_MUCH : WORSE;
  return much ? BETTER_MUCH : BETTER;
}
