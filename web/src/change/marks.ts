/** What the Change mode draws on the map: sketches of the draft, and marks of what is under the pencil. Pure. */

import type * as GeoJSON from "geojson";
import type { LonLat, NearPlace, NearStop, NearStreet, Step } from "../server/plans";
import type { Theme } from "../state/state";
import type { Handle } from "./edits";

type Feature = GeoJSON.Feature;

/** Colours of what happens. Told apart by lightness as well, and never the only sign: the list says it in words. */
const ROLE: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  light: {
    closed: "#b0004f",
    removed: "#b0004f",
    stop_closed: "#b0004f",
    added: "#00695c",
    homes: "#00695c",
    changed: "#6a3fb5",
    refused: "#5f6368",
  },
  dark: {
    closed: "#ff6ea6",
    removed: "#ff6ea6",
    stop_closed: "#ff6ea6",
    added: "#4fd1bd",
    homes: "#4fd1bd",
    changed: "#c0a2ff",
    refused: "#aeb4ba",
  },
};
const PENCIL: Readonly<Record<Theme, string>> = { light: "#0b5c7a", dark: "#7cc4de" };

const WIDE = 5;

/** The sketches of all edits; that of the selected one stands out. */
export function sketchOf(steps: readonly Step[], selected: number | null, theme: Theme): GeoJSON.FeatureCollection {
  const features = steps.flatMap((step, at) =>
    step.sketch.features.map((feature): Feature => {
      const role = String(feature.properties?.role ?? "changed");
      const mine = at === selected;
      const thin = role === "changed" && feature.properties?.layer === "routes";
      const width = (thin ? 3 : WIDE) + (mine ? 3 : 0);
      const colour = ROLE[theme][role] ?? ROLE[theme].changed;
      return { ...feature, properties: { ...feature.properties, colour, width, radius: mine ? 10 : 7, edit: at } };
    }),
  );
  return { type: "FeatureCollection", features };
}

/** What is under the pencil. */
export type Under =
  | { readonly sort: "street"; readonly street: NearStreet; readonly whole: boolean }
  | { readonly sort: "stop"; readonly stop: NearStop }
  | { readonly sort: "place"; readonly place: NearPlace };

export function marksOf(
  under: Under | null,
  line: readonly LonLat[],
  dots: readonly LonLat[],
  grips: readonly Handle[],
  theme: Theme,
): GeoJSON.FeatureCollection {
  const colour = PENCIL[theme];
  const features: Feature[] = [];
  if (under?.sort === "street") {
    const lines = under.whole ? under.street.whole_lines : [under.street.line];
    for (const one of lines) features.push(feature(lineString(one), { colour, width: 7 }));
  }
  if (under?.sort === "stop") features.push(feature(point(under.stop.at), { colour, radius: 10 }));
  if (under?.sort === "place") features.push(feature(point(under.place.at), { colour, radius: 10 }));
  if (line.length > 1) features.push(feature(lineString(line), { colour, width: 4 }));
  for (const at of dots) features.push(feature(point(at), { colour, radius: 6 }));
  for (const grip of grips) features.push(feature(point(grip.at), { colour, radius: 5 }));
  return { type: "FeatureCollection", features };
}

function feature(geometry: GeoJSON.Geometry, properties: Record<string, unknown>): Feature {
  return { type: "Feature", geometry, properties };
}

const point = (at: LonLat): GeoJSON.Point => ({ type: "Point", coordinates: [...at] });
const lineString = (line: readonly LonLat[]): GeoJSON.LineString => ({
  type: "LineString",
  coordinates: line.map((at) => [...at]),
});
