import { describe, expect, it } from "vitest";
import type { LonLat } from "../server/plans";
import type { EditKind, Param } from "../server/types";
import {
  blank,
  copyName,
  dragged,
  drawnFor,
  handles,
  MOST_POINTS,
  missing,
  moved,
  planName,
  pointIn,
  rounded,
  simplified,
} from "./edits";

const told = (text: string) => ({ text, lang: "en" });
const param = (name: string, more: Partial<Param> = {}): Param => ({
  name,
  label: told(name),
  about: told(name),
  sort: "text",
  unit: "",
  low: null,
  high: null,
  choices: [],
  default: null,
  required: true,
  many: false,
  pair: false,
  offers: "none",
  ...more,
});
const kind = (name: string, ...params: Param[]): EditKind => ({
  kind: name,
  label: told(name),
  question: told(name),
  touches: [],
  params,
  drawn: "none",
  missing: [],
});

const CLOSE = kind(
  "close_street",
  param("street", { offers: "street" }),
  param("modes", { many: true, required: false, default: ["walk"] }),
);
const PLACE = kind("add_place", param("place_kind", { offers: "kinds" }), param("at", { pair: true, offers: "draw" }));
const STREET = kind("add_street", param("line", { pair: true, many: true, offers: "draw" }));
const ROUTE = kind("add_route", param("name"), param("stops", { many: true, offers: "stop" }));

describe("what is drawn for an edit", () => {
  it.each([
    [CLOSE, { sort: "pick", param: "street", what: "street" }],
    [PLACE, { sort: "point", param: "at" }],
    [STREET, { sort: "line", param: "line" }],
    [ROUTE, { sort: "stops", param: "stops" }],
    [kind("wish", param("text")), { sort: "none" }],
  ])("is told by its fields: %o", (one, drawn) => expect(drawnFor(one)).toEqual(drawn));
});

describe("a form", () => {
  it("starts with what has a default, and tells what is missing", () => {
    expect(blank(CLOSE)).toEqual({ kind: "close_street", modes: ["walk"] });
    expect(missing(CLOSE, blank(CLOSE)).map((one) => one.name)).toEqual(["street"]);
    expect(missing(CLOSE, { kind: "close_street", street: "osm:way/1" })).toEqual([]);
    expect(missing(STREET, { kind: "add_street", line: [] })).toHaveLength(1);
  });
});

describe("the list", () => {
  it("moves an entry and keeps all others in order", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, -5)).toEqual(["c", "a", "b"]);
    const list = ["a", "b"];
    expect(moved(list, 1, 9)).toBe(list);
    expect(moved(list, 7, 0)).toBe(list);
  });
});

describe("points that can be taken hold of", () => {
  const edits = [
    { kind: "add_place", place_kind: "school", at: [1, 2] },
    {
      kind: "add_street",
      line: [
        [3, 4],
        [5, 6],
      ],
    },
    { kind: "add_place", at: "broken" },
    { kind: "close_street", street: "x" },
  ];

  it("are all points of all edits", () => {
    const found = handles(edits, [CLOSE, PLACE, STREET]);
    expect(found.map(({ edit, point }) => [edit, point])).toEqual([
      [0, null],
      [1, 0],
      [1, 1],
    ]);
  });

  it("are put elsewhere one at a time", () => {
    const [one, , last] = handles(edits, [CLOSE, PLACE, STREET]);
    if (!one || !last) throw new Error("no handles");
    expect(dragged(edits, one, [9, 9.123456789])[0]).toEqual({ ...edits[0], at: [9, 9.1234568] });
    expect(dragged(edits, last, [7, 7])[1]?.line).toEqual([
      [3, 4],
      [7, 7],
    ]);
    expect(dragged(edits, one, [9, 9])[1]).toBe(edits[1]);
  });
});

describe("a drawing of ten thousand corners", () => {
  const line: LonLat[] = Array.from({ length: 10_000 }, (_, k) => [18 + k * 1e-6, 59 + Math.sin(k / 50) * 1e-4]);

  it("is made simpler until it can be taken, and keeps its ends and its shape", () => {
    const simple = simplified(line);
    expect(simple.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(simple.length).toBeGreaterThan(50);
    expect([simple[0], simple.at(-1)]).toEqual([line[0], line.at(-1)]);
    expect(Math.max(...simple.map(([, lat]) => lat))).toBeCloseTo(59.0001, 5);
  });

  it("is left alone when it is short", () => {
    const short = line.slice(0, 50);
    expect(simplified(short)).toBe(short);
  });

  it("ends even where every point is the same", () => {
    const same = Array.from({ length: 5000 }, (): LonLat => [1, 1]);
    expect(simplified(same)).toHaveLength(2);
  });
});

describe("what is typed", () => {
  it.each([
    ["18.07, 59.33", [18.07, 59.33]],
    ["18.07 59.33", [18.07, 59.33]],
    [" -51.2;-30.03 ", [-51.2, -30.03]],
    ["18,07, 59,33", null],
    ["200, 5", null],
    ["5", null],
    ["", null],
    ["NaN, 5", null],
  ])("as a point: %s", (text, point) => expect(pointIn(text)).toEqual(point));

  it.each([
    ["Ny bro över ån", "Ny-bro-över-ån"],
    ["  a / b ", "a--b"],
    ["../x", "x"],
    ["漢字 2", "漢字-2"],
    ["!!!", ""],
    ["x".repeat(100), "x".repeat(80)],
  ])("as a name: %s", (text, name) => expect(planName(text)).toBe(name));

  it("gives a copy a name that is not taken", () => {
    expect(copyName("bro", ["bro"])).toBe("bro-2");
    expect(copyName("bro-2", ["bro", "bro-2", "bro-3"])).toBe("bro-4");
  });

  it("is kept to the centimetre", () => expect(rounded([18.123456789, 59])).toEqual([18.1234568, 59]));
});
