/** The base map: what lies under and over the answer. */

import type { StyleSpecification } from "maplibre-gl";
import type { Theme } from "../state/state";

/** The style of a city's base map. cityTiles: the address of its tiles, with places for z, x and y; empty: no city yet. */
export function baseStyle(theme: Theme, _cityTiles: string): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [
      { id: "ground", type: "background", paint: { "background-color": theme === "dark" ? "#15191d" : "#f4f2ed" } },
    ],
  };
}
