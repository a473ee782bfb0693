/**
 * The live what-if: while somebody draws, the answer follows.
 *
 *   const live = new Live({ onChanges, onPeople, onRefused, onOpen, onProgress, onFailed });
 *   live.ask({ city, indicator, params, support }, "age"); // the question, and by which groups people are told ("" all)
 *   live.draw(edits);    // on every move of the pointer, with the WHOLE list of edits; the newest wins
 *   live.settle(edits);  // the pencil is lifted (or an edit is undone, put elsewhere, ...): the answer is kept
 *   live.close();
 *
 * One request is on its way at a time. A newer list waits until the one on its way has told something that can be shown
 * (a preview or the exact answer), so that a long drag never starves. A settled list does not wait, and is only replaced
 * by another settled one before it was told whole: its answer is to be kept. The server stops working on what is not
 * wanted any more, and what it still says of it is not heard.
 * `onChanges` gets only the units that look different from what it was told before: `set` those to change, `clear` those
 * that are again as in the city as it is. It may return a promise that is kept once they are painted: tests and
 * benchmarks read the marks `live-asked` and `live-shown` (performance.mark, detail {serial, stage, settled}).
 * Nothing is lost when the server restarts: every request carries the whole list.
 */

import type { Edit, Params } from "../state/mode";
import { stream } from "./facade";
import type { Problem } from "./types";

export type LiveQuestion = {
  readonly city: string;
  readonly indicator: string;
  readonly params: Params;
  readonly support: string;
};

/** What becomes of one unit (its position among the units). Numbers are null where there is none. */
export type UnitChange = {
  readonly unit: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly unreachable: boolean; // after
  readonly wasUnreachable: boolean;
  readonly reason: number; // after; the words are in /api/values
  readonly better: -1 | 0 | 1;
};

/** What to paint anew. stage: a preview tells a few units near the change; exact is true of every unit. */
export type Update = {
  readonly stage: "preview" | "exact";
  readonly set: readonly UnitChange[];
  readonly clear: readonly number[];
  readonly settled: boolean;
  readonly warnings: readonly EditProblem[]; // exact only
};

/** A complaint. edit: position in the list of edits; null when it is about none of them. */
export type EditProblem = Problem & { readonly edit: number | null };

/** The question is open. base: key of the values of the city as it is; anew "version": the city was loaded again. */
export type Opened = {
  readonly city: string;
  readonly version: string;
  readonly base: string;
  readonly support_digest: string;
  readonly count: number;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly follows: boolean;
  readonly anew: "" | "first" | "version";
};

/** Groups that gain and lose, as may be told; the edits as sentences; the key of the answer once settled, else "". */
export type People = {
  readonly groups: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly newcomers: number | null;
  readonly sentences: readonly string[];
  readonly values: string;
};

export type LiveEars = {
  readonly onChanges: (update: Update) => void | Promise<void>;
  readonly onPeople?: (people: People, settled: boolean) => void;
  readonly onRefused?: (problems: readonly EditProblem[]) => void; // the answer before still stands
  readonly onFailed?: (problems: readonly EditProblem[]) => void; // no answer: nothing to show, or no server
  readonly onOpen?: (opened: Opened) => void;
  readonly onProgress?: (words: string, share: number | null) => void;
  readonly onBusy?: (busy: boolean) => void;
};

/** How a request ended. stale: it was aborted. */
export type Ended =
  | { readonly kind: "ok" }
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Sends a request and hands on each line of the reply as it comes; never throws. */
export type Send = (body: unknown, signal: AbortSignal, onLine: (line: unknown) => void) => Promise<Ended>;

type Changed = {
  readonly units: readonly number[];
  readonly before: readonly (number | null)[];
  readonly after: readonly (number | null)[];
  readonly unreachable: readonly number[];
  readonly was_unreachable: readonly number[];
  readonly reason: readonly number[];
  readonly better: readonly (-1 | 0 | 1)[];
};

type Chunk = { readonly serial: number } & (
  | ({ readonly stage: "open" } & Opened)
  | { readonly stage: "progress"; readonly words: string; readonly done: number; readonly total: number }
  | { readonly stage: "refused"; readonly problems: readonly EditProblem[] }
  | { readonly stage: "failed"; readonly problems: readonly EditProblem[] }
  | { readonly stage: "stale" }
  | ({ readonly stage: "preview" } & Changed)
  | ({ readonly stage: "exact"; readonly warnings: readonly EditProblem[]; readonly milliseconds: number } & Changed)
  | ({ readonly stage: "people" } & People)
);

type Wanted = { readonly edits: readonly Edit[]; readonly settled: boolean };
type OnItsWay = Wanted & {
  readonly serial: number;
  readonly stop: AbortController;
  open: boolean;
  told: boolean;
  done: boolean;
};

const NAME_LETTERS = 16;

export class Live {
  private readonly session = nameOfSession();
  private question: LiveQuestion | null = null;
  private by = "";
  private serial = 0;
  private wanted: Wanted | null = null;
  private now: OnItsWay | null = null;
  private shown = new Map<number, UnitChange>();
  private base = "";

  constructor(
    private readonly ears: LiveEars,
    private readonly send: Send = byFacade,
  ) {}

  /** Another question, or none: what was shown is no longer true. The edits are asked with the next `draw` or `settle`. */
  ask(question: LiveQuestion | null, by = ""): void {
    this.by = by;
    if (JSON.stringify(question) === JSON.stringify(this.question)) return;
    this.question = question;
    this.wanted = null;
    this.stop();
    this.shown.clear();
    this.base = "";
  }

  /** The edits as they are while the pointer moves. */
  draw(edits: readonly Edit[]): void {
    this.want({ edits, settled: false });
  }

  /** The edits when the pointer is lifted. */
  settle(edits: readonly Edit[]): void {
    this.want({ edits, settled: true });
  }

  /** Nobody wants an answer any more. */
  close(): void {
    this.ask(null);
  }

  private want(wanted: Wanted): void {
    if (!this.question) return;
    this.wanted = wanted;
    mark("live-asked", { serial: this.serial + 1, settled: wanted.settled });
    this.nextIfDue();
  }

  /** Send what waits, unless what is on its way has to tell something first; a settled list is kept whole if it can. */
  private nextIfDue(): void {
    const { now, wanted } = this;
    if (!wanted) return;
    if (!now || (wanted.settled ? now.open || now.told : now.settled ? now.done : now.told)) this.next();
  }

  /** Send what is wanted most lately; what was on its way is not heard any more. */
  private next(): void {
    const { wanted, question } = this;
    if (!wanted || !question) return;
    this.wanted = null;
    this.serial += 1;
    const mine: OnItsWay = {
      ...wanted,
      serial: this.serial,
      stop: new AbortController(),
      open: false,
      told: false,
      done: false,
    };
    if (!this.now) this.ears.onBusy?.(true);
    this.now = mine;
    const { session, by } = this;
    const body = { session, serial: mine.serial, question, edits: mine.edits, by, settled: mine.settled };
    void this.send(body, mine.stop.signal, (line) => this.hear(mine, line as Chunk)).then((end) =>
      this.ended(mine, end),
    );
  }

  private hear(mine: OnItsWay, chunk: Chunk): void {
    if (this.now !== mine) return;
    switch (chunk.stage) {
      case "open":
        mine.open = true;
        this.opened(chunk);
        break;
      case "progress":
        this.ears.onProgress?.(chunk.words, chunk.total > 0 ? chunk.done / chunk.total : null);
        break;
      case "preview":
        this.show(mine, "preview", chunk, []);
        break;
      case "exact":
        this.show(mine, "exact", chunk, chunk.warnings);
        break;
      case "people":
        this.ears.onPeople?.(chunk, mine.settled);
        mine.done = true;
        break;
      case "refused":
        this.ears.onRefused?.(chunk.problems);
        mine.told = mine.done = true;
        break;
      case "failed":
        this.ears.onFailed?.(chunk.problems);
        mine.told = mine.done = true;
        break;
      case "stale":
        break;
    }
    this.nextIfDue();
  }

  private ended(mine: OnItsWay, end: Ended): void {
    if (this.now !== mine) return;
    this.now = null;
    if (end.kind === "refused") this.ears.onFailed?.(end.problems.map((problem) => ({ ...problem, edit: null })));
    if (this.wanted) this.next();
    else this.ears.onBusy?.(false);
  }

  private opened(opened: Opened): void {
    if (this.base && this.base !== opened.base) {
      const clear = [...this.shown.keys()];
      this.shown.clear();
      void this.ears.onChanges({ stage: "exact", set: [], clear, settled: false, warnings: [] });
    }
    this.base = opened.base;
    this.ears.onOpen?.(opened);
  }

  private show(mine: OnItsWay, stage: "preview" | "exact", changed: Changed, warnings: readonly EditProblem[]): void {
    const { set, clear } = this.difference(changed, stage === "exact");
    mine.told = true;
    const { serial, settled } = mine;
    const painted = this.ears.onChanges({ stage, set, clear, settled, warnings });
    void Promise.resolve(painted).then(() => mark("live-shown", { serial, stage, settled }));
  }

  /** The units that look different from what was shown before; whole: units that are not named are as they were. */
  private difference(changed: Changed, whole: boolean): { set: UnitChange[]; clear: number[] } {
    const unreachable = new Set(changed.unreachable);
    const wasUnreachable = new Set(changed.was_unreachable);
    const set: UnitChange[] = [];
    const named = new Set<number>();
    const clear: number[] = [];
    changed.units.forEach((unit, at) => {
      named.add(unit);
      const now: UnitChange = {
        unit,
        before: changed.before[at] ?? null,
        after: changed.after[at] ?? null,
        unreachable: unreachable.has(unit),
        wasUnreachable: wasUnreachable.has(unit),
        reason: changed.reason[at] ?? 0,
        better: changed.better[at] ?? 0,
      };
      const before = this.shown.get(unit);
      const asItIs = now.better === 0 && now.before === now.after && now.unreachable === now.wasUnreachable;
      if (asItIs && !whole) {
        if (before) clear.push(unit);
        this.shown.delete(unit);
      } else if (!before || !same(before, now)) {
        set.push(now);
        this.shown.set(unit, now);
      }
    });
    if (whole) {
      for (const unit of this.shown.keys()) if (!named.has(unit)) clear.push(unit);
      for (const unit of clear) this.shown.delete(unit);
    }
    return { set, clear };
  }

  private stop(): void {
    this.now?.stop.abort();
    if (this.now) this.ears.onBusy?.(false);
    this.now = null;
  }
}

function same(one: UnitChange, other: UnitChange): boolean {
  return (
    one.before === other.before &&
    one.after === other.after &&
    one.unreachable === other.unreachable &&
    one.wasUnreachable === other.wasUnreachable &&
    one.reason === other.reason &&
    one.better === other.better
  );
}

/** A name of its own for each tab and each `Live`. */
function nameOfSession(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NAME_LETTERS / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function mark(name: string, detail: unknown): void {
  performance.mark(name, { detail });
}

/** By way of the page's own facade. */
const byFacade: Send = (body, signal, onLine) => stream("/api/live", { body, signal }, onLine);
