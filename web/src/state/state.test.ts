import { describe, expect, it } from "vitest";
import { freshView } from "./link";
import { FRESH } from "./mode";
import { type Action, fresh, NO_DRAFT, reduce, type State } from "./state";
import { createStore } from "./store";

const ASK = { indicator: "walk_access", params: { minutes: 15 }, support: "h3:9", draws: 1, seed: 1 };
const OPEN = reduce(fresh("en", "light"), { do: "open", view: freshView("demo", ASK) });
const having = (...actions: Action[]): State => actions.reduce(reduce, OPEN);
const CLOSE = { kind: "close_street", street: "s1" };
const HOMES = { kind: "add_homes", people: 40 };

describe("the state", () => {
  it("ignores what needs a city before there is one", () => {
    const none = fresh("sv", "dark");
    expect(reduce(none, { do: "enter", mode: "change" })).toBe(none);
  });

  it("changes one parameter and leaves the others", () => {
    const state = having({ do: "param", name: "kind", value: "school" });
    expect(state.view?.ask.params).toEqual({ minutes: 15, kind: "school" });
  });

  it("lets a brush go with its question, and a pin with its units", () => {
    const brushed = having({ do: "set", mode: { ...FRESH.look, brush: [1, 2], pinned: 4 } });
    expect(reduce(brushed, { do: "param", name: "minutes", value: 5 }).view?.mode).toMatchObject({
      brush: null,
      pinned: 4,
    });
    expect(reduce(brushed, { do: "ask", ask: { support: "h3:8" } }).view?.mode).toMatchObject({
      brush: null,
      pinned: null,
    });
  });

  it("finds a mode as it was left", () => {
    const state = having(
      { do: "set", mode: { ...FRESH.look, classes: 4 } },
      { do: "enter", mode: "compare" },
      { do: "enter", mode: "look" },
    );
    expect(state.view?.mode).toEqual({ ...FRESH.look, classes: 4 });
  });

  it("takes no fields of a mode it is not in", () => {
    expect(having({ do: "set", mode: FRESH.explain })).toBe(OPEN);
  });

  it("keeps the draft through the modes, and undoes and redoes it", () => {
    const drawn = having({ do: "edits", edits: [CLOSE] }, { do: "edits", edits: [CLOSE, HOMES] });
    expect(reduce(drawn, { do: "enter", mode: "compare" }).view?.draft.edits).toEqual([CLOSE, HOMES]);
    const undone = reduce(drawn, { do: "undo" });
    expect(undone.view?.draft.edits).toEqual([CLOSE]);
    expect(reduce(undone, { do: "redo" }).view?.draft.edits).toEqual([CLOSE, HOMES]);
    expect(reduce(reduce(undone, { do: "edits", edits: [HOMES] }), { do: "redo" }).view?.draft.edits).toEqual([HOMES]);
    expect(reduce(OPEN, { do: "undo" })).toBe(OPEN);
  });

  it("starts a saved plan without anything to undo", () => {
    const opened = having(
      { do: "edits", edits: [CLOSE] },
      { do: "draft", draft: { ...NO_DRAFT, name: "a", etag: "1" } },
    );
    expect(reduce(opened, { do: "undo" })).toBe(opened);
  });

  it("tells listeners of changes only, until they leave", () => {
    const store = createStore(OPEN);
    let told = 0;
    const leave = store.subscribe(() => told++);
    store.dispatch({ do: "table", table: false });
    expect(told).toBe(0);
    store.dispatch({ do: "table", table: true });
    expect(told).toBe(1);
    leave();
    store.dispatch({ do: "table", table: false });
    expect(told).toBe(1);
  });
});
