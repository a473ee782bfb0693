import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileOf } from "./handover";

describe("the address of a file", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { baseURI: "http://city.example/map/" });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("names an answer or a comparison, wherever the page is served from", () => {
    expect(fileOf(["k"], "csv")).toBe("http://city.example/map/api/values/k/export.csv");
    expect(fileOf(["a", "b"], "gpkg")).toBe("http://city.example/map/api/comparisons/a/b/export.gpkg");
  });

  it("carries the borders of the classes on the map", () => {
    expect(fileOf(["k"], "png", [1.5, 3])).toBe("http://city.example/map/api/values/k/export.png?edges=1.5&edges=3");
  });
});
