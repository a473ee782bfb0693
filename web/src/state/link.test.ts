import { describe, expect, it } from "vitest";
import { freshView, fromLink, toLink } from "./link";
import { FRESH, type Mode, type ParamValue } from "./mode";
import type { View } from "./state";

/** Numbers that look random and are the same every time (mulberry32). */
function dice(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LETTERS = [..."abcåäöÅÄÖ /#?&=+%.\"'\\éß漢字🚋\n\u0000"];

function anyView(seed: number): View {
  const roll = dice(seed);
  const below = (n: number) => Math.floor(roll() * n);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const word = () => `x${Array.from({ length: below(12) }, () => pick(LETTERS)).join("")}`;
  const maybe = <T>(make: () => T): T | null => (roll() < 0.5 ? null : make());
  const param = (depth: number): ParamValue =>
    pick<() => ParamValue>([
      word,
      () => roll() * 1e6 - 5e5,
      () => roll() < 0.5,
      () => null,
      () => (depth > 3 ? 0 : Array.from({ length: below(4) }, () => param(depth + 1))),
    ])();
  const params = () => Object.fromEntries(Array.from({ length: below(5) }, () => [word(), param(0)]));
  const ask = () => ({
    indicator: word(),
    params: params(),
    support: word(),
    draws: 1 + below(200),
    seed: below(2 ** 31),
  });
  const modes: (() => Mode)[] = [
    () => ({
      mode: "look",
      second: maybe(ask),
      scheme: pick(["quantile", "natural", "equal"] as const),
      classes: 2 + below(8),
      brush: maybe(() => [roll(), 1 + roll()] as const),
      unsure: pick(["hide", "texture", "fade"] as const),
      pinned: maybe(() => below(60000)),
      areas: maybe(word),
    }),
    () => ({ mode: "change", tool: maybe(word), selected: maybe(() => below(50)) }),
    () => ({
      mode: "compare",
      plan: maybe(word),
      plans: Array.from({ length: below(4) }, word),
      show: pick(["difference", "swipe", "groups", "side"] as const),
      swipe: roll(),
      dimension: maybe(word),
      unsure: pick(["hide", "texture", "fade"] as const),
      pinned: maybe(() => below(60000)),
    }),
    () => ({ mode: "explain", part: pick(["about", "brief", "data", "code"] as const) }),
  ];
  return {
    city: word(),
    ask: ask(),
    camera: maybe(() => ({ lon: roll() * 360 - 180, lat: roll() * 160 - 80, zoom: roll() * 22 })),
    table: roll() < 0.5,
    draft: {
      name: pick(["", word()]),
      edits: Array.from({ length: below(6) }, () => ({ ...params(), kind: word() })),
      etag: maybe(word),
      why: word(),
      by: word(),
    },
    mode: pick(modes)(),
  };
}

const PLAIN = freshView("demo", { indicator: "walk_access", params: {}, support: "h3:9", draws: 1, seed: 1 });

describe("a shared link", () => {
  it("gives back every view it was made of", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const view = anyView(seed);
      expect(fromLink(`#${toLink(view)}`)).toEqual({ kind: "view", view });
    }
  });

  it("uses only letters that addresses may carry", () => {
    for (let seed = 1; seed <= 50; seed++) expect(toLink(anyView(seed))).toMatch(/^[\w.-]+$/);
  });

  it("is told apart from no link", () => {
    expect(fromLink("")).toEqual({ kind: "none" });
    expect(fromLink("#")).toEqual({ kind: "none" });
  });

  it("says when another version made it", () => {
    expect(fromLink(toLink(PLAIN).replace(/^1\./, "2."))).toEqual({ kind: "bad", why: "version" });
  });

  it("never throws when damaged, and never gives a view that does not survive the way back", () => {
    const roll = dice(7);
    for (let seed = 1; seed <= 400; seed++) {
      const letters = [...toLink(anyView(seed))];
      const cut = Math.floor(roll() * letters.length);
      const damaged =
        roll() < 0.5 ? letters.slice(0, cut).join("") : letters.with(cut, "0").join("") + (roll() < 0.3 ? "." : "");
      const found = fromLink(damaged);
      if (found.kind === "view") expect(fromLink(toLink(found.view))).toEqual(found);
      else expect(["bad", "none"]).toContain(found.kind);
    }
  });

  it.each([
    ["ask.draws", { ...PLAIN, ask: { ...PLAIN.ask, draws: 0 } }],
    ["ask.draws", { ...PLAIN, ask: { ...PLAIN.ask, draws: 1.5 } }],
    ["city", { ...PLAIN, city: "" }],
    ["camera.lat", { ...PLAIN, camera: { lon: 0, lat: 91, zoom: 3 } }],
    ["mode.mode", { ...PLAIN, mode: { mode: "paint" } }],
    ["mode.brush", { ...PLAIN, mode: { ...FRESH.look, brush: [3, 1] } }],
    ["mode.pinned", { ...PLAIN, mode: { ...FRESH.look, pinned: -1 } }],
    ["draft.edits[0].kind", { ...PLAIN, draft: { ...PLAIN.draft, edits: [{}] } }],
    ["ask.params.deep", { ...PLAIN, ask: { ...PLAIN.ask, params: { deep: [[[[[[[[1]]]]]]]] } } }],
    ["view", []],
  ])("names the field that makes no sense: %s", (field, view) => {
    expect(fromLink(toLink(view as unknown as View))).toEqual({ kind: "bad", why: "field", field });
  });

  it("refuses an address nobody could have shared", () => {
    expect(fromLink(`1.${"A".repeat(3_000_000)}`)).toEqual({ kind: "bad", why: "long" });
  });
});
