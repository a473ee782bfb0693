import { describe, expect, it } from "vitest";
import { en } from "./en";
import { sv } from "./sv";
import { told } from "./words";

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, at = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${at}${key}`, value] as [string, string]] : leaves(value, `${at}${key}.`),
  );
}

const blanks = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();

describe("the words", () => {
  const swedish = new Map(leaves(sv as Tree));

  it("have the same keys in both languages, none of them empty", () => {
    expect([...swedish.keys()].sort()).toEqual(
      leaves(en as Tree)
        .map(([key]) => key)
        .sort(),
    );
    for (const [key, value] of [...leaves(en as Tree), ...swedish]) expect(value.trim(), key).not.toBe("");
  });

  it("have the same blanks to fill in both languages", () => {
    for (const [key, value] of leaves(en as Tree)) expect(blanks(swedish.get(key) ?? ""), key).toEqual(blanks(value));
  });

  it("are filled where they have blanks", () => {
    expect(told("{a} of {b}, {c}", { a: 1, b: "two" })).toBe("1 of two, {c}");
  });
});
