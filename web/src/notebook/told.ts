/** What Python tells a map in a notebook: plain values, and bytes (little endian) for whatever is long. */

import type { FeatureCollection, Polygon, Position } from "geojson";

export type ToldView = {
  readonly name: "value" | "change" | "before" | "after";
  readonly legend: readonly { readonly colour: string; readonly label: string; readonly hatched: boolean }[];
  readonly legend_title: string;
  readonly codes: DataView; // int16 a unit: place in the legend, -1 for not shown
  readonly textured: DataView; // uint8 a unit
  readonly values: DataView; // float64 a unit; NaN unknown, infinite unreachable
  readonly low?: DataView;
  readonly high?: DataView;
  readonly reason: DataView; // int8 a unit; empty where every reason is told by the values
  readonly reasons: Readonly<Record<string, string>>;
};

export type Told = {
  readonly title: string;
  readonly unit: string;
  readonly ids: readonly string[];
  readonly bounds: readonly [number, number, number, number];
  readonly outlines: DataView; // int32 pairs, in steps of a degree
  readonly rings: DataView; // int32 triples: unit, 1 where a polygon begins, corners
  readonly views: readonly ToldView[];
  readonly credit: string;
  readonly synthetic: boolean;
  readonly city: {
    readonly first: number;
    readonly deepest: number;
    readonly index: Readonly<Record<string, readonly [number, number]>>;
  };
  readonly city_tiles: DataView;
};

export const STEPS_A_DEGREE = 10_000_000;

/** The bytes of their own, so that they may be read as numbers of any size. */
function bytes(of: DataView): ArrayBuffer {
  return of.buffer.slice(of.byteOffset, of.byteOffset + of.byteLength) as ArrayBuffer;
}

export const reals = (of: DataView) => new Float64Array(bytes(of));
export const codes = (of: DataView) => new Int16Array(bytes(of));
export const flags = (of: DataView) => new Uint8Array(bytes(of));
export const reasons = (of: DataView) => new Int8Array(bytes(of));

/** The outlines of units as GeoJSON, each with its place among the units as id. */
export function outlinesOf(told: Told): FeatureCollection {
  const corner = new Int32Array(bytes(told.outlines));
  const ring = new Int32Array(bytes(told.rings));
  const polygons = new Map<number, Position[][][]>();
  let at = 0;
  for (let r = 0; r < ring.length; r += 3) {
    const line: Position[] = [];
    for (let left = ring[r + 2] ?? 0; left > 0; left--, at += 2) {
      line.push([(corner[at] ?? 0) / STEPS_A_DEGREE, (corner[at + 1] ?? 0) / STEPS_A_DEGREE]);
    }
    const unit = ring[r] ?? 0;
    const parts = polygons.get(unit) ?? [];
    if (ring[r + 1]) parts.push([line]);
    else parts.at(-1)?.push(line);
    polygons.set(unit, parts);
  }
  const features = [...polygons].map(([id, parts]) => {
    const first = parts[0];
    const geometry =
      parts.length === 1 && first
        ? ({ type: "Polygon", coordinates: first } satisfies Polygon)
        : ({ type: "MultiPolygon", coordinates: parts } as const);
    return { type: "Feature" as const, id, properties: {}, geometry };
  });
  return { type: "FeatureCollection", features };
}
