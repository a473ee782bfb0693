/** What Compare asks of the server: one plan, several plans side by side, and what changes in every unit. */

import type { Ask, Edit } from "../state/mode";
import { call, type Reply, type Working, work } from "./facade";
import type { Problem } from "./types";

/** small: fewer than five. withheld: by its publisher. covered: it would give a small number away by subtraction. */
export type CountState = "told" | "small" | "at least" | "withheld" | "covered";

/** A number of people as it may be told; null where it may not. */
export type Count = { readonly number: number | null; readonly state: CountState };

export type GroupChange = {
  readonly dimension: string;
  readonly group: string;
  readonly people: Count;
  readonly lose: Count;
  readonly gain: Count;
  readonly same: Count;
  readonly unknown: Count;
  readonly cut_off: Count;
  readonly reached: Count;
  readonly sure_lose: Count | null;
  readonly sure_gain: Count | null;
  readonly mean_change: number | null;
  readonly suppressed: boolean;
};

export type Side = { readonly before: number; readonly after: number };

/** unit: position among the units; place: its official area; near: the nearest named street; people: rounded to five, null when fewer or withheld. */
export type UnitChange = {
  readonly unit: number;
  readonly id: string;
  readonly place: string | null;
  readonly near: string | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly change: number | null;
  readonly reach: "cut off" | "reached" | "both";
  readonly people: number | null;
  readonly agreement: number | null;
};

export type Measure = {
  readonly measure: string;
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
};

export type ComparisonHead = {
  readonly before: string;
  readonly after: string;
  readonly url: string;
  readonly city: string;
  readonly plan: string;
  readonly title: string;
  readonly question: string;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly support_digest: string;
  readonly uncertain: boolean;
  readonly draws: number;
  readonly sure: number;
  readonly sentences: readonly string[];
  readonly warnings: readonly Problem[];
  readonly units: { readonly lose: number; readonly gain: number; readonly same: number; readonly unknown: number };
  readonly groups: readonly GroupChange[];
  readonly lose: Side | null;
  readonly gain: Side | null;
  readonly losers: readonly UnitChange[];
  readonly gainers: readonly UnitChange[];
  readonly newcomers: Count;
  readonly equity: readonly Measure[];
  readonly blind_spots: readonly string[];
};

/** What changes in every unit, by position. won, lost, unknown: positions. */
export type Change = {
  readonly before: string;
  readonly after: string;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly support_digest: string;
  readonly change: readonly (number | null)[];
  readonly better: readonly number[];
  readonly won: readonly number[];
  readonly lost: readonly number[];
  readonly unknown: readonly number[];
  readonly agreement: readonly (number | null)[] | null;
};

/** A plan: saved ones by name, then edits; plan: what they are called together. */
export type PlanAsked = {
  readonly plans?: readonly string[];
  readonly edits?: readonly Edit[];
  readonly plan?: string;
};

export const comparison = (
  city: string,
  ask: Ask,
  plan: PlanAsked,
  language: string,
  working: Working,
): Promise<Reply<ComparisonHead>> =>
  work(`/api/comparisons?${new URLSearchParams({ language })}`, {
    ...working,
    method: "POST",
    body: { city, ...ask, ...plan },
  });

export const several = (
  city: string,
  ask: Ask,
  pinned: readonly PlanAsked[],
  language: string,
  working: Working,
): Promise<Reply<{ readonly comparisons: readonly ComparisonHead[] }>> =>
  work(`/api/comparisons/several?${new URLSearchParams({ language })}`, {
    ...working,
    method: "POST",
    body: { city, ...ask, pinned },
  });

export const change = (head: ComparisonHead, signal?: AbortSignal): Promise<Reply<Change>> =>
  call(head.url, { signal });
