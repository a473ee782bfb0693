import { describe, expect, it } from "vitest";
import { type Dot, lineOf, NO_PEN, type Stroke, stopsOf, stroke } from "./pen";

const dot = (lon: number, lat: number, stop: string | null = null): Dot => ({ at: [lon, lat], stop });
const drawn = (...strokes: Stroke[]) => strokes.reduce(stroke, NO_PEN);

describe("the pen", () => {
  it("sets points and shows where the next would go", () => {
    const pen = drawn({ do: "set", dot: dot(1, 1) }, { do: "hover", dot: dot(2, 2) });
    expect(lineOf(pen)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(lineOf(stroke(pen, { do: "hover", dot: null }))).toEqual([[1, 1]]);
  });

  it("sets one point for a double click", () => {
    expect(drawn({ do: "set", dot: dot(1, 1) }, { do: "set", dot: dot(1, 1) }).dots).toHaveLength(1);
  });

  it("takes back the last point, and nothing when there is none", () => {
    const pen = drawn({ do: "set", dot: dot(1, 1) }, { do: "set", dot: dot(2, 1) }, { do: "back" });
    expect(pen.dots).toEqual([dot(1, 1)]);
    expect(stroke(NO_PEN, { do: "back" })).toBe(NO_PEN);
    expect(stroke(pen, { do: "drop" })).toEqual(NO_PEN);
  });

  it("is the same object when nothing moves", () => {
    const pen = drawn({ do: "hover", dot: dot(1, 1) });
    expect(stroke(pen, { do: "hover", dot: dot(1, 1) })).toBe(pen);
  });

  it("names stops that are there and places new ones", () => {
    const pen = drawn(
      { do: "set", dot: dot(1, 1, "s:1") },
      { do: "set", dot: dot(2, 2) },
      { do: "hover", dot: dot(3, 3, "s:3") },
    );
    expect(stopsOf(pen, true)).toEqual(["s:1", "2.0000000,2.0000000", "s:3"]);
    expect(stopsOf(pen, false)).toEqual(["s:1", "2.0000000,2.0000000"]);
  });
});
