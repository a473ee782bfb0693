/** The one ordered list of what lies on the map, bottom to top. A layer that is not in it cannot be shown. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";

/** Drawings of GeoJSON that a mode may fill; see `setOverlay`. */
export const OVERLAYS = ["areas", "change", "path", "sketch", "marks"] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** Base: layers of the base map below the units; over: those above them, whose metadata says `{over: true}`. */
export type Slot =
  | { readonly slot: "base" }
  | { readonly slot: "over" }
  | { readonly slot: "ours"; readonly make: (look: Look) => readonly LayerSpecification[] };

/** What the layers depend on. palette: a colour for each code; line: outlines that must stand out; halo: around them. */
export type Look = {
  readonly palette: readonly string[];
  readonly line: string;
  readonly halo: string;
  readonly tiled: boolean;
};

export const UNITS = "units"; // the source, and the layer within its tiles
export const TEXTURE = "texture"; // the image of hatching
export const NO_CODE = -1; // a unit that is not painted

const NOTHING = "rgba(0,0,0,0)";
const code: ExpressionSpecification = ["coalesce", ["feature-state", "code"], NO_CODE];
const state = (name: string): ExpressionSpecification => ["boolean", ["feature-state", name], false];

/** The colour of a unit: the palette at its code. */
export function colourOf(palette: readonly string[]): ExpressionSpecification | string {
  if (!palette.length) return NOTHING;
  const pairs = palette.flatMap((colour, at) => [at, colour]);
  return ["match", code, ...pairs, NOTHING] as unknown as ExpressionSpecification;
}

/** A feature's own property, or this. */
const own = (name: string, otherwise: string | number): ExpressionSpecification => [
  "coalesce",
  ["get", name],
  otherwise,
];

/** Fill, line and points of an overlay. `colour`, `width` and `radius` (pixels) of a feature win over these. */
function drawing(id: Overlay, halo: string, colour: string, width: number, fill: number): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const noPoint: ExpressionSpecification = ["!=", ["geometry-type"], "Point"];
  const wide = own("width", width);
  return [
    {
      id: `${id}-fill`,
      source: id,
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": own("colour", colour), "fill-opacity": own("fill", fill) },
    },
    {
      id: `${id}-casing`,
      source: id,
      type: "line",
      filter: noPoint,
      layout: round,
      paint: { "line-color": halo, "line-width": ["+", 3, wide], "line-opacity": 0.8 },
    },
    {
      id: `${id}-line`,
      source: id,
      type: "line",
      filter: noPoint,
      layout: round,
      paint: { "line-color": own("colour", colour), "line-width": wide },
    },
    {
      id: `${id}-point`,
      source: id,
      type: "circle",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": own("radius", 6),
        "circle-color": own("colour", colour),
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
  ];
}

const units = (part: string, tiled: boolean) => ({
  id: `units-${part}`,
  source: UNITS,
  ...(tiled ? { "source-layer": UNITS } : {}),
});

export const LAYERS: readonly Slot[] = [
  { slot: "base" },
  {
    slot: "ours",
    make: ({ palette, tiled }) => [
      {
        ...units("fill", tiled),
        type: "fill",
        paint: {
          "fill-color": colourOf(palette),
          "fill-opacity": ["coalesce", ["feature-state", "shown"], 0.82],
          "fill-antialias": false,
        },
      },
      {
        ...units("texture", tiled),
        type: "fill",
        paint: { "fill-pattern": TEXTURE, "fill-opacity": ["case", state("textured"), 0.9, 0] },
      },
    ],
  },
  { slot: "over" },
  {
    slot: "ours",
    make: ({ line, halo, tiled }) => [
      {
        ...units("outline", tiled),
        type: "line",
        paint: {
          "line-color": line,
          "line-width": ["case", state("pinned"), 3, state("hover"), 1.5, 0],
        },
      },
      ...drawing("areas", halo, line, 1.5, 0),
      ...drawing("change", halo, "#c8102e", 4, 0.3),
      ...drawing("path", halo, "#1f5fd0", 4, 0.2),
      ...drawing("sketch", halo, "#c8102e", 4, 0.3),
      ...drawing("marks", halo, "#1f5fd0", 2, 0.2),
    ],
  },
];
