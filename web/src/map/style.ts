/** The base map: what lies under and over the answer. Calm, so that the answer stands out; names above everything. */

import type {
  ExpressionSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";
import type { Theme } from "../state/state";

/** The source of the base map, and the deepest zoom its tiles are asked for: they hold everything by then. */
export const CITY = "city";
export const DEEPEST = 14;

/** Dots as they are while one of them is to be picked: from afar too, and larger. */
export function revealed(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== "circle") return layer;
  const radius: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 12, 3.5, 18, 8];
  return { ...layer, minzoom: 11, paint: { ...layer.paint, "circle-radius": radius, "circle-stroke-width": 2 } };
}

type Inks = {
  readonly ground: string;
  readonly green: string;
  readonly wood: string;
  readonly water: string;
  readonly shore: string;
  readonly building: string;
  readonly wall: string;
  readonly casing: string;
  readonly main: string;
  readonly street: string;
  readonly path: string;
  readonly trace: string; // streets seen through the answer
  readonly border: string;
  readonly dot: string;
  readonly stop: string;
  readonly text: string;
  readonly quiet: string;
  readonly wet: string;
  readonly leaf: string;
  readonly halo: string;
};

const INKS: Readonly<Record<Theme, Inks>> = {
  light: {
    ground: "#f4f2ed",
    green: "#e9ede3", // pale: no colour of a map may be taken for a wood
    wood: "#e2e8da",
    water: "#c9dce7",
    shore: "#a9c3d2",
    building: "#e6e1d8",
    wall: "#d6d0c5",
    casing: "#d3cec4",
    main: "#ffffff",
    street: "#fdfcfa",
    path: "#bdb7ab",
    trace: "#2b2f33",
    border: "#8b8478",
    dot: "#5d666e",
    stop: "#1d4e7c",
    text: "#2a3035",
    quiet: "#3b4248",
    wet: "#2f5873",
    leaf: "#3f5c33",
    halo: "#ffffff",
  },
  dark: {
    ground: "#15191d",
    green: "#1a251d",
    wood: "#18271c",
    water: "#0f2433",
    shore: "#1f4157",
    building: "#20262c",
    wall: "#2b333b",
    casing: "#0f1316",
    main: "#3a444e",
    street: "#2b333b",
    path: "#333c45",
    trace: "#e8edf2",
    border: "#66707a",
    dot: "#b3bdc7",
    stop: "#a9d1f5",
    text: "#e4e9ee",
    quiet: "#cfd6dd",
    wet: "#8fbfdd",
    leaf: "#a3c795",
    halo: "#101418",
  },
};

// Drawn with a font of the machine: the first name only says how bold or slanted it is to be.
const FACES = ["system-ui", "Segoe UI", "Helvetica Neue", "DejaVu Sans", "sans-serif"];
const PLAIN = FACES;
const BOLD = ["Map Bold", ...FACES];
const SLANTED = ["Map Italic", ...FACES];

const get = (name: string): ExpressionSpecification => ["get", name];
const isOne = (name: string, of: readonly string[]): ExpressionSpecification => [
  "in",
  ["get", name],
  ["literal", [...of]],
];

/** Classes of street, widest last: what is drawn later lies on top. */
const PATHS = ["footway", "path", "steps", "cycleway", "bridleway", "track", "corridor", "platform"];
const SMALL = ["service", "pedestrian", "living_street", "busway", "road", "residential", "unclassified"];
const MIDDLE = ["tertiary", "secondary"];
const LARGE = ["primary", "trunk", "motorway"];

/** Pixels across at zooms 10, 14 and 18. */
const WIDTHS: Readonly<Record<string, readonly [number, number, number]>> = {
  paths: [0.3, 0.7, 2.5],
  small: [0.3, 1.8, 14],
  middle: [0.7, 3, 19],
  large: [1.2, 4.2, 24],
};

function wide(kind: string, more = 0, share = 1): ExpressionSpecification {
  const [far, near, close] = WIDTHS[kind] ?? [1, 1, 1];
  const at = (width: number) => width * share + more;
  return ["interpolate", ["exponential", 1.6], ["zoom"], 10, at(far), 14, at(near), 18, at(close)];
}

const of = (layer: string) => ({ source: CITY, "source-layer": layer });
const over = { metadata: { over: true } };
const withAnswer = { metadata: { over: true, withUnits: true } }; // drawn only where units hide what lies below
const round = { "line-cap": "round", "line-join": "round" } as const;
const open: ExpressionSpecification = ["!", ["has", "tunnel"]];

/** Streets of one size, with an edge; tunnels only as a faint dashed line. */
function streets(size: string, classes: readonly string[], ink: Inks, from: number): LayerSpecification[] {
  const chosen = isOne("class", classes);
  const main = size === "large" || size === "middle";
  return [
    {
      id: `streets-${size}-tunnel`,
      type: "line",
      ...of("streets"),
      minzoom: Math.max(from, 13),
      filter: ["all", chosen, ["has", "tunnel"]],
      paint: { "line-color": ink.casing, "line-width": wide(size, 0, 0.6), "line-dasharray": [3, 2] },
    },
    {
      id: `streets-${size}-casing`,
      type: "line",
      ...of("streets"),
      minzoom: from,
      filter: ["all", chosen, open],
      layout: round,
      paint: {
        "line-color": ink.casing,
        "line-width": wide(size, 1.2),
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 12, main ? 1 : 0.4, 15, 1],
      },
    },
    {
      id: `streets-${size}`,
      type: "line",
      ...of("streets"),
      minzoom: from,
      filter: ["all", chosen, open],
      layout: round,
      paint: { "line-color": main ? ink.main : ink.street, "line-width": wide(size) },
    },
  ];
}

/** Ground, nature, houses and streets: below the answer. */
function below(ink: Inks): LayerSpecification[] {
  const all = [
    ...streets("small", SMALL, ink, 12),
    ...streets("middle", MIDDLE, ink, 9),
    ...streets("large", LARGE, ink, 5),
  ];
  const casings = all.filter((layer) => !/^streets-[a-z]+$/.test(layer.id));
  const fills = all.filter((layer) => /^streets-[a-z]+$/.test(layer.id));
  return [
    { id: "ground", type: "background", paint: { "background-color": ink.ground } },
    {
      id: "green",
      type: "fill",
      ...of("green"),
      paint: {
        "fill-color": ["match", get("kind"), ["forest", "wood", "nature_reserve"], ink.wood, ink.green],
        "fill-antialias": false,
      },
    },
    { id: "water", type: "fill", ...of("water"), paint: { "fill-color": ink.water } },
    {
      id: "buildings",
      type: "fill",
      ...of("buildings"),
      minzoom: 13,
      paint: {
        "fill-color": ink.building,
        "fill-outline-color": ink.wall,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.4, 15, 1],
      },
    },
    {
      id: "streets-paths",
      type: "line",
      ...of("streets"),
      minzoom: 13,
      filter: isOne("class", PATHS),
      paint: { "line-color": ink.path, "line-width": wide("paths"), "line-dasharray": [3, 1.5] },
    },
    ...casings,
    ...fills,
  ];
}

/** Water, a trace of the streets and the borders: above the answer, so that one knows where one is. */
function between(ink: Inks): LayerSpecification[] {
  const trace = (id: string, chosen: ExpressionSpecification, from: number, strength: number): LayerSpecification => ({
    id,
    type: "line",
    ...of("streets"),
    ...withAnswer,
    minzoom: from,
    filter: ["all", chosen, open],
    paint: {
      "line-color": ink.trace,
      "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 10, 0.5, 14, 0.8, 18, 2],
      "line-opacity": ["interpolate", ["linear"], ["zoom"], from, strength / 2, from + 2, strength],
    },
  });
  return [
    {
      id: "water-over",
      type: "fill",
      ...of("water"),
      ...withAnswer,
      paint: { "fill-color": ink.water, "fill-outline-color": ink.shore },
    },
    trace("trace-paths", isOne("class", PATHS), 15, 0.2),
    trace("trace-small", isOne("class", SMALL), 13, 0.24),
    trace("trace-main", isOne("class", [...MIDDLE, ...LARGE]), 9, 0.4),
    trace("trace-bridges", ["has", "bridge"], 12, 0.4),
    {
      id: "borders",
      type: "line",
      ...of("areas"),
      ...over,
      minzoom: 9,
      paint: {
        "line-color": ink.border,
        "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.4, 15, 1.2],
        "line-opacity": 0.45,
        "line-dasharray": [4, 3],
      },
    },
    {
      id: "places",
      type: "circle",
      ...of("places"),
      ...over,
      minzoom: 14,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 18, 4.5],
        "circle-color": ink.dot,
        "circle-stroke-color": ink.halo,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0.5, 16, 1.2],
      },
    },
    {
      id: "stops",
      type: "circle",
      ...of("stops"),
      ...over,
      minzoom: 14,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 18, 6],
        "circle-color": ink.halo,
        "circle-stroke-color": ink.stop,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0.8, 18, 2.5],
      },
    },
  ];
}

type Name = {
  readonly id: string;
  readonly filter: ExpressionSpecification;
  readonly from: number;
  readonly font: string[];
  readonly ink: string;
  readonly size: readonly [number, number]; // at zooms 12 and 17
  readonly layout?: SymbolLayerSpecification["layout"];
};

/** Names, the most important last: they get their place first. */
function names(ink: Inks): LayerSpecification[] {
  const room: ExpressionSpecification = ["<=", ["get", "rank"], ["zoom"]];
  const kind = (name: string): ExpressionSpecification => ["all", ["==", ["get", "kind"], name], room];
  const below = {
    "text-variable-anchor": ["top", "bottom", "left", "right"] as ("top" | "bottom" | "left" | "right")[],
    "text-radial-offset": 0.7,
  };
  const points: readonly Name[] = [
    { id: "places", filter: kind("places"), from: 16, font: PLAIN, ink: ink.quiet, size: [10, 11.5], layout: below },
    { id: "stops", filter: kind("stops"), from: 14, font: PLAIN, ink: ink.stop, size: [10, 12], layout: below },
    { id: "green", filter: kind("green"), from: 10, font: SLANTED, ink: ink.leaf, size: [10.5, 13] },
    { id: "water", filter: kind("water"), from: 8, font: SLANTED, ink: ink.wet, size: [11.5, 14] },
    {
      id: "areas",
      filter: kind("areas"),
      from: 9,
      font: BOLD,
      ink: ink.text,
      size: [11.5, 15],
      layout: { "text-letter-spacing": 0.06, "text-max-width": 8 },
    },
  ];
  const along = (
    id: string,
    classes: readonly string[],
    from: number,
    ink_: string,
    size: number,
  ): LayerSpecification => ({
    id: `names-${id}`,
    type: "symbol",
    ...of("streets"),
    ...over,
    minzoom: from,
    filter: ["all", ["has", "name"], isOne("class", classes)],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 320,
      "text-field": get("name"),
      "text-font": PLAIN,
      "text-size": ["interpolate", ["linear"], ["zoom"], 13, size, 17, size + 2.5],
      "text-max-angle": 30,
      "text-padding": 6,
    },
    paint: { "text-color": ink_, "text-halo-color": ink.halo, "text-halo-width": 1.5 },
  });
  return [
    along("small", [...PATHS, ...SMALL], 15, ink.quiet, 10),
    along("middle", MIDDLE, 13, ink.quiet, 10.5),
    along("large", LARGE, 12, ink.text, 11),
    ...points.map(
      (name): LayerSpecification => ({
        id: `names-${name.id}`,
        type: "symbol",
        ...of("names"),
        ...over,
        minzoom: name.from,
        filter: name.filter,
        layout: {
          "text-field": get("name"),
          "text-font": name.font,
          "text-size": ["interpolate", ["linear"], ["zoom"], 12, name.size[0], 17, name.size[1]],
          "text-padding": 6,
          "symbol-sort-key": get("rank"),
          ...name.layout,
        },
        paint: { "text-color": name.ink, "text-halo-color": ink.halo, "text-halo-width": 1.5 },
      }),
    ),
  ];
}

/** The style of a city's base map. cityTiles: the address of its tiles, with places for z, x and y; empty: no city yet. */
export function baseStyle(theme: Theme, cityTiles: string, deepest = DEEPEST): StyleSpecification {
  const ink = INKS[theme];
  const ground = below(ink);
  // Without `glyphs` the letters are drawn here, with a font of this machine: nothing is asked of any other.
  if (!cityTiles) return { version: 8, sources: {}, layers: ground.slice(0, 1) };
  return {
    version: 8,
    sources: { [CITY]: { type: "vector", tiles: [cityTiles], minzoom: 0, maxzoom: deepest } },
    layers: [...ground, ...between(ink), ...names(ink)],
  };
}
