/** The pen: points set one after the other, taken back, and where the next would go. Pure. */

import type { LonLat } from "../server/plans";

/** One point set. stop: the id of a stop it stands for, when it was set on one. */
export type Dot = { readonly at: LonLat; readonly stop: string | null };

/** dots: points set; next: where the pointer is, snapped. */
export type Pen = { readonly dots: readonly Dot[]; readonly next: Dot | null };

export type Stroke =
  | { readonly do: "hover"; readonly dot: Dot | null }
  | { readonly do: "set"; readonly dot: Dot }
  | { readonly do: "back" }
  | { readonly do: "drop" };

export const NO_PEN: Pen = { dots: [], next: null };

export function stroke(pen: Pen, action: Stroke): Pen {
  switch (action.do) {
    case "hover":
      return same(pen.next, action.dot) ? pen : { ...pen, next: action.dot };
    case "set": {
      const last = pen.dots.at(-1);
      if (last && same(last, action.dot)) return { ...pen, next: null }; // a double click sets one point
      return { dots: [...pen.dots, action.dot], next: null };
    }
    case "back":
      return pen.dots.length ? { ...pen, dots: pen.dots.slice(0, -1) } : pen;
    case "drop":
      return NO_PEN;
  }
}

function same(one: Dot | null, other: Dot | null): boolean {
  if (!one || !other) return one === other;
  return one.stop === other.stop && one.at[0] === other.at[0] && one.at[1] === other.at[1];
}

/** The line as it would be with the point in the air. */
export function lineOf(pen: Pen): readonly LonLat[] {
  const dots = pen.next && !same(pen.dots.at(-1) ?? null, pen.next) ? [...pen.dots, pen.next] : pen.dots;
  return dots.map((dot) => dot.at);
}

/** Stops in order: ids of those that are there, `longitude,latitude` of new ones. */
export function stopsOf(pen: Pen, withNext: boolean): readonly string[] {
  const dots = withNext && pen.next && !same(pen.dots.at(-1) ?? null, pen.next) ? [...pen.dots, pen.next] : pen.dots;
  return dots.map((dot) => dot.stop ?? `${dot.at[0].toFixed(7)},${dot.at[1].toFixed(7)}`);
}
