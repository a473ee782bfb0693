import type { LayerSpecification } from "maplibre-gl";
import { describe, expect, it } from "vitest";
import { baseStyle, CITY, revealed } from "./style";

const TILES = "http://127.0.0.1:1/api/tiles/city/town/abc/{z}/{x}/{y}.mvt";
const THEMES = ["light", "dark"] as const;

/** How light a colour is, 0 to 1 (WCAG 2). */
function lightness(colour: string): number {
  const part = (at: number) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

const contrast = (a: string, b: string) => {
  const [dark, light] = [lightness(a), lightness(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

const over = (layer: LayerSpecification) => (layer.metadata as { over?: boolean } | undefined)?.over === true;

describe.each(THEMES)("the %s base map", (theme) => {
  const style = baseStyle(theme, TILES);

  it("asks nobody but the server of the city", () => {
    expect(Object.keys(style.sources)).toEqual([CITY]);
    expect(JSON.stringify(style).match(/https?:\/\/[^"]+/g)).toEqual([TILES]);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
  });

  it("shows stops from afar while one is to be picked", () => {
    const stops = style.layers.find((layer) => layer.id === "stops") as LayerSpecification;
    expect(stops.minzoom).toBe(14);
    expect(revealed(stops).minzoom).toBeLessThan(13);
  });

  it("puts names above the answer and above everything else, and streets below it", () => {
    const names = style.layers.filter((layer) => layer.type === "symbol");
    expect(names.length).toBeGreaterThan(5);
    expect(style.layers.slice(-names.length)).toEqual(names);
    expect(names.every(over)).toBe(true);
    expect(style.layers.filter((layer) => /^streets-/.test(layer.id)).some(over)).toBe(false);
  });

  it("has names that can be read", () => {
    for (const layer of style.layers.filter((one) => one.type === "symbol")) {
      const { "text-color": ink, "text-halo-color": halo } = layer.paint as Record<string, string>;
      expect(contrast(ink ?? "", halo ?? ""), layer.id).toBeGreaterThan(4.5);
    }
  });

  it("draws every layer once, from layers the tiles have", () => {
    const ids = style.layers.map((layer) => layer.id);
    expect(new Set(ids).size).toBe(ids.length);
    const read = new Set(style.layers.flatMap((layer) => ("source-layer" in layer ? [layer["source-layer"]] : [])));
    expect([...read].sort()).toEqual(["areas", "buildings", "green", "names", "places", "stops", "streets", "water"]);
  });
});

describe("the base map", () => {
  it("has the same layers in light and dark", () => {
    const [light, dark] = THEMES.map((theme) => baseStyle(theme, TILES).layers.map((layer) => layer.id));
    expect(light).toEqual(dark);
  });

  it("is bare ground while there is no city", () => {
    expect(baseStyle("light", "").layers.map((layer) => layer.id)).toEqual(["ground"]);
    expect(baseStyle("light", "").sources).toEqual({});
  });

  it("stops asking for tiles where they hold everything", () => {
    expect(baseStyle("light", TILES).sources[CITY]).toMatchObject({ maxzoom: 14 });
    expect(baseStyle("light", TILES, 11).sources[CITY]).toMatchObject({ maxzoom: 11 });
  });
});
