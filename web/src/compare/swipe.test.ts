import { expect, test } from "vitest";
import { moved } from "./swipe";

test("keys move the border, and not beyond the map", () => {
  expect(moved(0.5, "ArrowLeft")).toBe(0.48);
  expect(moved(0.5, "ArrowRight")).toBe(0.52);
  expect(moved(0.5, "PageUp")).toBe(0.6);
  expect(moved(0.01, "ArrowLeft")).toBe(0);
  expect(moved(0.95, "PageUp")).toBe(1);
  expect(moved(0.3, "Home")).toBe(0);
  expect(moved(0.3, "End")).toBe(1);
});

test("other keys are left alone", () => {
  expect(moved(0.5, "Tab")).toBeNull();
  expect(moved(0.5, "a")).toBeNull();
});
