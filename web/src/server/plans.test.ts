import { describe, expect, it } from "vitest";
import { conflictIn, readScenario, scenarioText } from "./plans";

const CLOSE = { kind: "close_street", street: "osm:way/1", modes: ["walk"] };

describe("a scenario file", () => {
  it("comes back as it was", () => {
    const read = readScenario(scenarioText("bro", "ingen väg", "Ada", [CLOSE]));
    expect(read).toEqual({ kind: "ok", name: "bro", why: "ingen väg", by: "Ada", edits: [CLOSE], lost: 0 });
  });

  it("may begin with a byte order mark, and say less", () => {
    expect(readScenario(`\uFEFF{"edits": []}`)).toEqual({ kind: "ok", name: "", why: "", by: "", edits: [], lost: 0 });
  });

  it("counts what is no edit at all", () => {
    const read = readScenario(JSON.stringify({ edits: [CLOSE, 3, null, {}, { kind: 5 }, { kind: "x", deep: {} }] }));
    expect(read).toMatchObject({ edits: [CLOSE], lost: 5 });
  });

  it.each([
    ["{", "json"],
    ["", "json"],
    ["[]", "scenario"],
    ["null", "scenario"],
    ['{"edits": 5}', "scenario"],
  ])("is refused when it is none: %s", (text, why) => expect(readScenario(text)).toEqual({ kind: "bad", why }));
});

it("only a refusal about another version is a conflict", () => {
  const body = { problems: [], theirs: null, differences: [] };
  expect(conflictIn({ status: 412, body })).toBe(body);
  expect(conflictIn({ status: 422, body })).toBeNull();
});
