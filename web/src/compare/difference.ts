/** How a change is coloured: worse, the same, better, in steps; cut off and newly reached apart. Pure. */

import type { Paint } from "../map/city_map";
import type { Change } from "../server/comparisons";
import type { Units } from "../server/types";
import type { Unsure } from "../state/mode";
import type { Theme } from "../state/state";

/** Codes of the palette, worst first. A unit of which nothing is known has no code (-1) and stays blank. */
export const CUT_OFF = 0;
export const WORSE = [1, 2, 3] as const; // much, more, a little
export const SAME = 4;
export const BETTER = [5, 6, 7] as const; // a little, more, much
export const REACHED = 8;
export const BLANK = -1;

/** Orange to blue: told apart with every common kind of colour blindness; the ends differ in lightness as well. */
export const PALETTE: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#4a0d1c", "#a34306", "#e58a2b", "#f8cf9f", "#e3e0d8", "#93bdec", "#4685d0", "#1b4a94", "#00a087"],
  dark: ["#ff5f86", "#e8751f", "#b9762f", "#7d5c3a", "#3b434a", "#3f5f7d", "#4f8fc9", "#8cc1f2", "#35e0bf"],
};

/** From these sizes on a change is more than a little, and much; in the unit of the answer. */
export type Steps = readonly [number, number];

/** Steps that split the units that change into three of about the same number, at round figures. */
export function stepsOf(change: Change): Steps {
  const sizes = change.change
    .filter((size): size is number => size !== null && size !== 0)
    .map(Math.abs)
    .sort((a, b) => a - b);
  if (!sizes.length) return [1, 2];
  const third = roundish(sizes[Math.floor(sizes.length / 3)] ?? 1);
  const rest = roundish(sizes[Math.floor((2 * sizes.length) / 3)] ?? 1);
  return rest > third ? [third, rest] : [third, roundish(third * 1.9)];
}

/** The nearest of 1, 2, 5, 10, 20, ... */
function roundish(size: number): number {
  const ten = 10 ** Math.floor(Math.log10(size));
  const near = [1, 2, 5, 10].reduce((best, step) =>
    Math.abs(Math.log(step * ten) - Math.log(size)) < Math.abs(Math.log(best * ten) - Math.log(size)) ? step : best,
  );
  return Number((near * ten).toPrecision(1));
}

/** The code of every unit. */
export function codesOf(change: Change, [more, much]: Steps): Int16Array {
  const codes = new Int16Array(change.better.length);
  const ends = new Set([...change.won, ...change.lost]);
  const unknown = new Set(change.unknown);
  for (let unit = 0; unit < codes.length; unit++) {
    const better = change.better[unit] ?? 0;
    const size = Math.abs(change.change[unit] ?? 0);
    const step = size >= much ? 2 : size >= more ? 1 : 0;
    if (unknown.has(unit)) codes[unit] = BLANK;
    else if (ends.has(unit)) codes[unit] = better < 0 ? CUT_OFF : REACHED;
    else if (better === 0) codes[unit] = SAME;
    else codes[unit] = better < 0 ? (WORSE[2 - step] ?? 1) : (BETTER[step] ?? 7);
  }
  return codes;
}

/** 1 for units that change, but in fewer than so large a share of the draws. */
export function unsureOf(change: Change, sure: number): Uint8Array {
  const { agreement, better } = change;
  return Uint8Array.from(better, (side, unit) =>
    agreement && side !== 0 && (agreement[unit] ?? 1) < sure - 1e-9 ? 1 : 0,
  );
}

/** How many units have each code; units without people are among them. */
export function tally(codes: Int16Array): number[] {
  const found = PALETTE.light.map(() => 0);
  for (const code of codes) if (code >= 0) found[code] = (found[code] ?? 0) + 1;
  return found;
}

const [FULL, FADED, FAINT] = [0.85, 0.4, 0.3]; // opacity

/** The change as the map is to show it: what stays the same is faint; where draws disagree, as `how` says. */
export function changePaint(codes: Int16Array, unsure: Uint8Array, how: Unsure, theme: Theme): Paint {
  const palette = PALETTE[theme];
  const shown = Float32Array.from(codes, (code, unit) =>
    code === SAME ? FAINT : how === "fade" && unsure[unit] ? FADED : FULL,
  );
  if (how === "texture") return { codes, palette, shown, textured: unsure };
  if (how === "fade") return { codes, palette, shown };
  return { codes: codes.map((code, unit) => (unsure[unit] ? BLANK : code)), palette, shown };
}

const MARGIN = 0.004; // degrees around what changes

/** The box round all units that change: west, south, east, north; null where nothing does. */
export function boxOfChange(change: Change, units: Units): readonly [number, number, number, number] | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  change.better.forEach((side, unit) => {
    const point = units.points[unit];
    if (side === 0 || !point) return;
    west = Math.min(west, point[0]);
    east = Math.max(east, point[0]);
    south = Math.min(south, point[1]);
    north = Math.max(north, point[1]);
  });
  return west > east ? null : [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
}
