/** What an answer looks like: codes for the map, classes for the legend, bars for the histogram. Pure. */

import type { Paint } from "../map/city_map";
import { type Classes, classesOf, classOf, countOf } from "../map/classes";
import { rampOf, twoWay, UNKNOWN, UNREACHABLE } from "../map/colours";
import type { AnswerValues } from "../server/types";
import type { Scheme, Unsure } from "../state/mode";
import type { Theme } from "../state/state";

/** Numbers by unit: NaN is unknown, infinity out of reach. low, high: the range, where uncertainty is stated. */
export type Field = {
  readonly value: Float64Array;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
};

export function fieldOf(values: AnswerValues): Field {
  const read = (numbers: readonly (number | null)[]) => Float64Array.from(numbers, (number) => number ?? Number.NaN);
  const value = read(values.value);
  for (const at of values.unreachable) value[at] = Number.POSITIVE_INFINITY;
  return { value, low: values.low ? read(values.low) : null, high: values.high ? read(values.high) : null };
}

/** The codes of a map of one answer: its classes, then out of reach, then unknown. */
export function codesOf(field: Field, classes: Classes): Int16Array {
  const number = countOf(classes);
  return Int16Array.from(field.value, (value) =>
    Number.isFinite(value) ? classOf(value, classes) : Number.isNaN(value) ? number + 1 : number,
  );
}

export function paletteOf(classes: Classes, theme: Theme): string[] {
  return [...rampOf(countOf(classes), theme), UNREACHABLE[theme], UNKNOWN[theme]];
}

const FULL = 0.82;
const LEFT_OUT = 0.1; // opacity of what the brush leaves out
const FAINTEST = 0.22; // opacity of the least sure

/** How the units are painted. Texture: where the range leaves its class; fade: the wider the range, the fainter. */
export function paintOf(
  field: Field,
  classes: Classes,
  theme: Theme,
  brush: readonly [number, number] | null,
  unsure: Unsure,
): Paint {
  const { value, low, high } = field;
  const ranged = low !== null && high !== null;
  const shown = new Float32Array(value.length).fill(FULL);
  const widest = ranged && unsure === "fade" ? typicalWidth(field) : 0;
  if (widest > 0) {
    for (let at = 0; at < value.length; at++) {
      const share = Math.min(widthAt(field, at) / widest, 1);
      shown[at] = FULL - (FULL - FAINTEST) * share;
    }
  }
  const textured = ranged && unsure === "texture" ? unsureUnits(field, classes) : null;
  if (brush) {
    for (let at = 0; at < value.length; at++) {
      if (within(value[at] as number, brush)) continue;
      shown[at] = LEFT_OUT;
      if (textured) textured[at] = 0;
    }
  }
  return { codes: codesOf(field, classes), palette: paletteOf(classes, theme), shown, textured };
}

/** How many people live in the units within a brush. */
export function livingWithin(value: Float64Array, brush: readonly [number, number], weight: ArrayLike<number>): number {
  return value.reduce((sum, number, at) => sum + (within(number, brush) ? (weight[at] ?? 0) : 0), 0);
}

export function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

/** Units whose colour could be another: their range leaves their class. */
export function unsureUnits({ value, low, high }: Field, classes: Classes): Uint8Array {
  return Uint8Array.from(value, (number, at) => {
    const [below, above] = [low?.[at] ?? Number.NaN, high?.[at] ?? Number.NaN];
    if (!Number.isFinite(number)) return 0;
    if (!Number.isFinite(below) || !Number.isFinite(above)) return Number.isNaN(below) && Number.isNaN(above) ? 0 : 1;
    return classOf(below, classes) === classOf(above, classes) ? 0 : 1;
  });
}

function widthAt({ value, low, high }: Field, at: number): number {
  if (!Number.isFinite(value[at] as number)) return 0;
  const width = (high?.[at] ?? Number.NaN) - (low?.[at] ?? Number.NaN);
  return Number.isFinite(width) ? width : Number.POSITIVE_INFINITY;
}

/** The width that nineteen units in twenty do not exceed. */
function typicalWidth(field: Field): number {
  const widths = Array.from(field.value, (_, at) => widthAt(field, at)).filter((width) => width > 0 && width < 1e300);
  widths.sort((a, b) => a - b);
  return widths[Math.floor(0.95 * (widths.length - 1))] ?? 0;
}

/** How much of something (people, or units) is in each code. */
export function held(codes: ArrayLike<number>, number: number, weight: ArrayLike<number> | null): Float64Array {
  const sums = new Float64Array(number);
  for (let at = 0; at < codes.length; at++)
    sums[codes[at] as number] = (sums[codes[at] as number] ?? 0) + (weight?.[at] ?? 1);
  return sums;
}

/** A histogram: bars of equal width from low to high, the weight in each. typical: the value most of it has. */
export type Bars = {
  readonly low: number;
  readonly high: number;
  readonly weight: Float64Array;
  readonly typical: Float64Array;
};

export function barsOf(value: Float64Array, weight: ArrayLike<number> | null, most = 40): Bars | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (const number of value) {
    if (!Number.isFinite(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
    whole &&= Number.isInteger(number);
  }
  if (!(high > low)) return null;
  const number = whole ? Math.min(most, high - low) : most;
  const bars = new Float64Array(number);
  const typical = Float64Array.from(bars, (_, bar) => low + ((bar + 0.5) * (high - low)) / number);
  const heaviest = new Float64Array(number);
  for (let at = 0; at < value.length; at++) {
    const share = ((value[at] as number) - low) / (high - low);
    if (!Number.isFinite(share)) continue;
    const bar = Math.min(Math.floor(share * number), number - 1);
    const some = weight?.[at] ?? 1;
    (bars[bar] as number) += some;
    if (some <= (heaviest[bar] as number)) continue;
    heaviest[bar] = some;
    typical[bar] = value[at] as number;
  }
  return { low, high, weight: bars, typical };
}

/** Two answers at once, three classes each. code: 3 x the second + the first; 9: out of reach in one; 10: unknown. */
export type Both = { readonly first: Classes; readonly second: Classes; readonly paint: Paint };

export function bothOf(first: Field, second: Field, scheme: Scheme, theme: Theme): Both {
  const [a, b] = [classesOf(first.value, 3, scheme), classesOf(second.value, 3, scheme)];
  const codes = Int16Array.from(first.value, (value, at) => {
    const other = second.value[at] ?? Number.NaN;
    if (Number.isNaN(value) || Number.isNaN(other)) return 10;
    if (!Number.isFinite(value) || !Number.isFinite(other)) return 9;
    return 3 * spread(classOf(other, b), countOf(b)) + spread(classOf(value, a), countOf(a));
  });
  return { first: a, second: b, paint: { codes, palette: [...twoWay(theme), UNREACHABLE[theme], UNKNOWN[theme]] } };
}

/** The class as one of three: two classes are the lowest and the highest. */
function spread(at: number, number: number): number {
  return number === 2 ? 2 * at : number === 1 ? 1 : at;
}
