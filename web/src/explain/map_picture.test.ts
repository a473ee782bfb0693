import { describe, expect, it } from "vitest";
import { wrapped } from "./map_picture";

const letters = (text: string) => text.length;

describe("words in lines", () => {
  it("fill each line and break between words", () => {
    expect(wrapped("one two three four", 9, letters)).toEqual(["one two", "three", "four"]);
    expect(wrapped("  one   two ", 80, letters)).toEqual(["one two"]);
  });

  it("leave a word alone that is too wide, and nothing of nothing", () => {
    expect(wrapped("a verylongword b", 6, letters)).toEqual(["a", "verylongword", "b"]);
    expect(wrapped("", 6, letters)).toEqual([]);
  });
});
