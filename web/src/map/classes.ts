/** Which values share a colour: class borders a reader can say aloud. */

import type { Scheme } from "../state/mode";

/** Classes of a map, low to high. edges: the inner borders; a value on a border belongs to the class above it. */
export type Classes = {
  readonly edges: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly each: readonly number[] | null; // the single value of each class, where there are few
};

const SAMPLE = 400; // values natural breaks look at: borders are rounded afterwards anyway

/** How many classes there are. */
export const countOf = ({ edges, high, low }: Classes): number => (Number.isNaN(high - low) ? 0 : edges.length + 1);

/** Which class a finite value is in, from 0. */
export function classOf(value: number, { edges }: Classes): number {
  let at = 0;
  while (at < edges.length && value >= (edges[at] as number)) at += 1;
  return at;
}

/** Borders for at most `number` classes; values that are not finite are left out. Few values get a class each. */
export function classesOf(values: ArrayLike<number>, number: number, scheme: Scheme): Classes {
  const finite = Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
  const distinct = Array.from(finite).filter((value, at) => at === 0 || value !== finite[at - 1]);
  const low = distinct[0] ?? Number.NaN;
  const high = distinct.at(-1) ?? Number.NaN;
  if (distinct.length <= number) return { edges: distinct.slice(1), low, high, each: distinct };
  const raw =
    scheme === "natural"
      ? natural(finite, number)
      : scheme === "equal"
        ? equal(low, high, number)
        : quantile(finite, number);
  const whole = distinct.every(Number.isInteger);
  return { edges: rounded(raw, distinct, whole), low, high, each: null };
}

function quantile(sorted: Float64Array, number: number): number[] {
  return Array.from({ length: number - 1 }, (_, k) => {
    const at = ((k + 1) / number) * (sorted.length - 1);
    const below = sorted[Math.floor(at)] as number;
    const above = sorted[Math.ceil(at)] as number;
    return below + (at - Math.floor(at)) * (above - below);
  });
}

function equal(low: number, high: number, number: number): number[] {
  return Array.from({ length: number - 1 }, (_, k) => low + ((k + 1) / number) * (high - low));
}

/** Borders with the least squared deviation within classes (Fisher 1958), exact on evenly ranked values. */
function natural(sorted: Float64Array, number: number): number[] {
  const n = Math.min(sorted.length, SAMPLE);
  const taken = Array.from({ length: n }, (_, at) =>
    n === 1 ? (sorted[0] as number) : (sorted[Math.round((at * (sorted.length - 1)) / (n - 1))] as number),
  );
  const sum = [0];
  const squares = [0];
  for (const value of taken) {
    sum.push((sum.at(-1) as number) + value);
    squares.push((squares.at(-1) as number) + value * value);
  }
  const within = (from: number, to: number) => {
    const part = (sum[to] as number) - (sum[from] as number);
    return (squares[to] as number) - (squares[from] as number) - (part * part) / (to - from);
  };
  let cost = Array.from({ length: n + 1 }, (_, to) => (to === 0 ? 0 : within(0, to)));
  const cuts: number[][] = [];
  for (let k = 2; k <= number; k++) {
    const next = new Array<number>(n + 1).fill(Number.POSITIVE_INFINITY);
    const cut = new Array<number>(n + 1).fill(0);
    for (let to = k; to <= n; to++) {
      for (let from = k - 1; from < to; from++) {
        const total = (cost[from] as number) + within(from, to);
        if (total < (next[to] as number)) {
          next[to] = total;
          cut[to] = from;
        }
      }
    }
    cuts.push(cut);
    cost = next;
  }
  const borders: number[] = [];
  let end = n;
  for (const cut of cuts.toReversed()) {
    end = cut[end] as number;
    borders.unshift(taken[end] as number);
  }
  return borders;
}

/** Borders with as few digits as keep them apart and near where they were, within the range of the values. */
function rounded(raw: readonly number[], distinct: readonly number[], whole: boolean): number[] {
  const low = distinct[0] as number;
  const high = distinct.at(-1) as number;
  const inside = (edges: readonly number[]) => [...new Set(edges)].filter((edge) => edge > low && edge <= high);
  let apart = inside(raw);
  if (!apart.length) apart = [distinct[1] as number]; // most values are the same smallest one
  if (whole) return inside(apart.map(Math.ceil));
  const spread = high - low;
  const ends = [low, ...apart, high];
  const room = apart.map((edge, at) => Math.min(edge - (ends[at] as number), (ends[at + 2] as number) - edge));
  const first = -Math.floor(Math.log10(spread));
  for (let digits = first; digits < first + 8; digits++) {
    const scale = 10 ** digits;
    const edges = apart.map((edge) => Math.round(edge * scale) / scale);
    const near = edges.every(
      (edge, at) => Math.abs(edge - (apart[at] as number)) <= 0.1 * (room[at] as number) + 1e-6 * spread,
    );
    if (near && inside(edges).length === apart.length) return edges;
  }
  return apart;
}

/** How many decimals tell all borders apart. */
export function digitsOf({ edges }: Classes): number {
  for (let digits = 0; digits < 8; digits++) {
    if (edges.every((edge) => Math.abs(edge - Number(edge.toFixed(digits))) < 1e-9 * Math.max(1, Math.abs(edge))))
      return digits;
  }
  return 8;
}
