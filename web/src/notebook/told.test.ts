import { describe, expect, it } from "vitest";
import { tileOf } from "./tiles";
import { outlinesOf, type Told, type ToldView } from "./told";
import { pointed, reading } from "./view";

/** Bytes inside a longer buffer, as they come from Python. */
function within(numbers: ArrayBufferView, shift = 3): DataView {
  const long = new Uint8Array(numbers.byteLength + shift);
  long.set(new Uint8Array(numbers.buffer), shift);
  return new DataView(long.buffer, shift);
}

const view = (name: ToldView["name"], values: number[], more: Partial<ToldView> = {}): ToldView => ({
  name,
  legend: [],
  legend_title: "",
  codes: within(new Int16Array(values.length)),
  textured: within(new Uint8Array(values.length)),
  values: within(new Float64Array(values)),
  reason: within(new Int8Array(values.length)),
  reasons: {},
  ...more,
});

const told = (more: Partial<Told> = {}): Told => ({
  title: "Minutes",
  unit: "min",
  ids: ["a", "b"],
  bounds: [0, 0, 1, 1],
  outlines: within(new Int32Array()),
  rings: within(new Int32Array()),
  views: [],
  credit: "",
  synthetic: false,
  city: { first: 0, deepest: 0, index: {} },
  city_tiles: within(new Uint8Array()),
  ...more,
});

describe("outlines", () => {
  it("are polygons with holes, several where a unit has several, numbered by place", () => {
    const square = (at: number) => [at, 0, at + 1, 0, at + 1, 1, at, 0].map((step) => step * 10_000_000);
    const corners = [0, 2, 4, 6, 8].flatMap(square);
    const rings = [
      [0, 1, 4],
      [0, 0, 4],
      [5, 1, 4],
      [5, 1, 4],
      [7, 1, 4],
    ].flat();
    const found = outlinesOf(told({ outlines: within(new Int32Array(corners)), rings: within(new Int32Array(rings)) }));
    expect(found.features.map(({ id, geometry }) => [id, geometry.type])).toEqual([
      [0, "Polygon"],
      [5, "MultiPolygon"],
      [7, "Polygon"],
    ]);
    expect(found.features[0]?.geometry).toMatchObject({ coordinates: { length: 2 } });
    expect(found.features[2]?.geometry).toMatchObject({
      coordinates: [
        [
          [8, 0],
          [9, 0],
          [9, 1],
          [8, 0],
        ],
      ],
    });
  });
});

describe("the numbers of a unit", () => {
  it("are told with their unit, sign and range", () => {
    expect(reading(view("value", [12.44]), 0, "min", "en")).toBe("12.4 min");
    expect(reading(view("change", [2.5]), 0, "min", "sv")).toBe("+2,5 min");
    const ends = { low: within(new Float64Array([10])), high: within(new Float64Array([15])) };
    expect(reading(view("value", [12], ends), 0, "min", "en")).toBe("12 min (9 of 10 draws: 10 to 15)");
    const open = { low: within(new Float64Array([10])), high: within(new Float64Array([Number.POSITIVE_INFINITY])) };
    expect(reading(view("value", [12], open), 0, "min", "en")).toContain("10 to unreachable");
  });

  it("say why there is none", () => {
    const why = { reason: within(new Int8Array([2, 9])), reasons: { "9": "asleep" } };
    const none = view("value", [Number.POSITIVE_INFINITY, Number.NaN], why);
    expect(reading(none, 0, "min", "sv")).toBe("går inte att nå (ingen väg genom nätet)");
    expect(reading(none, 1, "min", "en")).toBe("unknown (asleep)");
    expect(reading(view("change", [Number.NEGATIVE_INFINITY]), 0, "min", "en")).toBe("reach won, lost or not known");
  });

  it("stand side by side for several maps", () => {
    const views = [view("before", [1, 2]), view("after", [3, 4])];
    expect(pointed(told(), views, 1, "en")).toBe("b: before 2 min, after 4 min");
  });
});

describe("tiles that came along", () => {
  it("are unpacked, and empty where there are none", async () => {
    const packed = new Response(new Blob(["tile"]).stream().pipeThrough(new CompressionStream("gzip")));
    const bytes = new Uint8Array(await packed.arrayBuffer());
    const given = told({
      city: { first: 3, deepest: 3, index: { "3/1/2": [0, bytes.length] } },
      city_tiles: within(bytes),
    });
    expect(new TextDecoder().decode(await tileOf(given, "3/1/2"))).toBe("tile");
    expect((await tileOf(given, "3/1/3")).byteLength).toBe(0);
  });
});
