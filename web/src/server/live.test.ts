/** Pointer moves become as few requests as can be, and only what changed is painted. */

import { beforeEach, expect, test } from "vitest";
import type { Edit } from "../state/mode";
import { type EditProblem, type Ended, Live, type LiveEars, type Send, type Update } from "./live";

const QUESTION = { city: "town", indicator: "walk_access", params: { kind: "school" }, support: "h3:9" };

type Request = {
  readonly body: { serial: number; session: string; edits: Edit[]; settled: boolean; by: string };
  readonly signal: AbortSignal;
  readonly say: (stage: string, said?: object) => void;
  readonly end: (how?: Ended) => Promise<void>;
};

let requests: Request[];
let told: string[];
let updates: Update[];

const send: Send = (body, signal, onLine) =>
  new Promise((resolve) => {
    const { serial } = body as Request["body"];
    requests.push({
      body: body as Request["body"],
      signal,
      say: (stage, said = {}) => onLine({ stage, serial, ...said }),
      end: async (how = { kind: "ok" }) => {
        resolve(how);
        await Promise.resolve();
        await Promise.resolve();
      },
    });
  });

const ears: LiveEars = {
  onChanges: (update) => {
    updates.push(update);
  },
  onPeople: (people, settled) => told.push(`people ${people.values}${settled ? " settled" : ""}`),
  onRefused: (problems) => told.push(`refused ${problems.map((p) => p.edit)}`),
  onFailed: (problems: readonly EditProblem[]) => told.push(`failed ${problems.map((p) => p.what)}`),
  onOpen: (opened) => told.push(`open ${opened.base}`),
  onProgress: (words, share) => told.push(`${words} ${share}`),
  onBusy: (busy) => told.push(busy ? "busy" : "idle"),
};

const at = (x: number): Edit => ({ kind: "add_place", place_kind: "school", at: [x, 0] });

/** The columns of a stage; values of units after the edits, with 1 before. */
function columns(after: Record<number, number | null>, better = 1): object {
  const units = Object.keys(after).map(Number);
  const values = Object.values(after);
  return {
    units,
    before: units.map(() => 1),
    after: values,
    unreachable: units.filter((_, n) => values[n] === null),
    was_unreachable: [],
    reason: units.map(() => 0),
    better: values.map((value) => (value === 1 ? 0 : better)),
    warnings: [],
  };
}

function last(): Request {
  const found = requests.at(-1);
  if (!found) throw new Error("nothing was asked");
  return found;
}

beforeEach(() => {
  requests = [];
  told = [];
  updates = [];
});

function asking(): Live {
  const live = new Live(ears, send);
  live.ask(QUESTION, "age");
  return live;
}

test("moves while a request is on its way become one, the newest", async () => {
  const live = asking();
  for (const x of [1, 2, 3, 4]) live.draw([at(x)]);
  expect(requests.map((r) => r.body.edits)).toEqual([[at(1)]]);
  last().say("exact", columns({ 7: 2 }));
  expect(requests.map((r) => r.body.edits)).toEqual([[at(1)], [at(4)]]);
  expect(requests.map((r) => r.body.serial)).toEqual([1, 2]);
  expect(requests[0]?.body.session).toBe(requests[1]?.body.session);
  expect(last().body).toMatchObject({ question: QUESTION, by: "age", settled: false });
});

test("what is not wanted any more is not heard", async () => {
  const live = asking();
  live.draw([at(1)]);
  const old = last();
  old.say("preview", columns({ 7: 2 }));
  live.draw([at(2)]);
  old.say("exact", columns({ 7: 3, 8: 3 }));
  old.say("people", { values: "" });
  expect(updates).toHaveLength(1);
  last().say("exact", columns({ 7: 4 }));
  expect(updates[1]?.set.map((c) => [c.unit, c.after])).toEqual([[7, 4]]);
  await old.end();
  expect(told).toEqual(["busy"]);
  await last().end();
  expect(told).toEqual(["busy", "idle"]);
});

test("a drag never starves: the list that waits goes out once something was told", () => {
  const live = asking();
  live.draw([at(1)]);
  live.draw([at(2)]);
  last().say("open", { base: "b" });
  last().say("progress", { words: "street network", done: 1, total: 2 });
  expect(requests).toHaveLength(1);
  last().say("preview", columns({ 1: 5 }));
  expect(requests).toHaveLength(2);
  expect(told).toEqual(["busy", "open b", "street network 0.5"]);
});

test("a settled list does not wait for the one before it, once the question is open", () => {
  const live = asking();
  live.draw([at(1)]);
  live.settle([at(2)]);
  expect(requests).toHaveLength(1);
  last().say("open", { base: "b" });
  expect(last().body).toMatchObject({ settled: true, edits: [at(2)] });
  last().say("open", { base: "b" });
  live.settle([at(3)]);
  expect(last().body).toMatchObject({ settled: true, edits: [at(3)], serial: 3 });
});

test("what is drawn after a list was settled waits until that is told whole, so that its answer is kept", () => {
  const live = asking();
  live.settle([at(1)]);
  last().say("open", { base: "b" });
  last().say("exact", columns({ 1: 2 }));
  live.draw([at(1), at(2)]);
  expect(requests).toHaveLength(1);
  last().say("people", { values: "key" });
  expect(told).toContain("people key settled");
  expect(last().body).toMatchObject({ settled: false, edits: [at(1), at(2)] });
});

test("only units that look different are painted, and those that are as they were are cleared", () => {
  const live = asking();
  live.draw([at(1)]);
  last().say("exact", columns({ 1: 2, 2: 2, 3: null }));
  live.draw([at(2)]);
  last().say("exact", columns({ 2: 2, 3: 3, 4: 2 }));
  live.draw([]);
  last().say("exact", columns({}));
  expect(updates.map((u) => u.set.map((c) => c.unit))).toEqual([[1, 2, 3], [3, 4], []]);
  expect(updates.map((u) => [...u.clear].sort())).toEqual([[], [1], [2, 3, 4]]);
  expect(updates[0]?.set[2]).toMatchObject({ unit: 3, after: null, unreachable: true, better: 1 });
});

test("a preview leaves units alone that it does not name, and clears those that are as they were", () => {
  const live = asking();
  live.draw([at(1)]);
  last().say("exact", columns({ 1: 2, 2: 2 }));
  live.draw([at(2)]);
  last().say("preview", columns({ 2: 1, 5: 3, 6: 1 }));
  expect(updates[1]).toMatchObject({ stage: "preview", clear: [2] });
  expect(updates[1]?.set.map((c) => c.unit)).toEqual([5]);
  last().say("exact", columns({ 5: 3 }));
  expect(updates[2]).toMatchObject({ stage: "exact", set: [], clear: [1] });
});

test("a refused list leaves what is shown, and the next list goes out", async () => {
  const live = asking();
  live.draw([at(1)]);
  last().say("exact", columns({ 1: 2 }));
  await last().end();
  live.draw([at(99)]);
  last().say("refused", { problems: [{ edit: 0, where: "", what: "too far", hint: "", severity: "error" }] });
  live.draw([at(2)]);
  expect(updates).toHaveLength(1);
  expect(told).toContain("refused 0");
  expect(last().body.edits).toEqual([at(2)]);
});

test("a server that is not there is told of, and the next list is asked all the same", async () => {
  const live = asking();
  live.draw([at(1)]);
  const problem = { where: "server", what: "the server does not answer", hint: "", severity: "error" };
  await last().end({ kind: "refused", problems: [problem] });
  expect(told).toEqual(["busy", "failed the server does not answer", "idle"]);
  live.draw([at(2)]);
  expect(last().body.edits).toEqual([at(2)]);
});

test("another question forgets what was shown and aborts what is on its way", async () => {
  const live = asking();
  live.draw([at(1)]);
  const old = last();
  old.say("exact", columns({ 1: 2 }));
  live.ask({ ...QUESTION, indicator: "walk_to_nearest" });
  expect(old.signal.aborted).toBe(true);
  await old.end({ kind: "stale" });
  live.draw([at(1)]);
  last().say("exact", columns({ 1: 2 }));
  expect(updates[1]?.set.map((c) => c.unit)).toEqual([1]);
  live.ask({ ...QUESTION, indicator: "walk_to_nearest" }, "income");
  expect(last().signal.aborted).toBe(false);
});

test("a city that was loaded again clears what was shown of the version before", () => {
  const live = asking();
  live.draw([at(1)]);
  last().say("open", { base: "old" });
  last().say("exact", columns({ 1: 2, 2: 2 }));
  live.draw([at(2)]);
  last().say("open", { base: "new", anew: "version" });
  expect(updates.at(-1)).toMatchObject({ set: [], clear: [1, 2] });
  expect(told).toEqual(["busy", "open old", "open new"]);
});

test("nothing is asked without a question or after closing", () => {
  const live = new Live(ears, send);
  live.draw([at(1)]);
  live.ask(QUESTION);
  live.close();
  live.settle([at(1)]);
  expect(requests).toHaveLength(0);
});

test("marks say when a list was asked and when its answer was painted", async () => {
  performance.clearMarks();
  const live = asking();
  live.settle([at(1)]);
  last().say("exact", columns({ 1: 2 }));
  await Promise.resolve();
  const marks = performance.getEntriesByType("mark") as PerformanceMark[];
  expect(marks.map((m) => [m.name, m.detail])).toEqual([
    ["live-asked", { serial: 1, settled: true }],
    ["live-shown", { serial: 1, settled: true, stage: "exact" }],
  ]);
});
