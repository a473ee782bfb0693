/** What a person is doing. One union: a mode carries only its own fields, so that impossible states cannot be written. */

export type Scheme = "quantile" | "natural" | "equal";
export type Unsure = "hide" | "texture" | "fade";

/** One parameter's value, as JSON. */
export type ParamValue = string | number | boolean | null | readonly ParamValue[];
export type Params = Readonly<Record<string, ParamValue>>;

/** What is asked of the city: an indicator with its parameters, on a ruler, with so many draws. */
export type Ask = {
  readonly indicator: string;
  readonly params: Params;
  readonly support: string;
  readonly draws: number;
  readonly seed: number;
};

/** One change to the city, exactly as `Edit.to_json()` of the Python side says it. */
export type Edit = { readonly kind: string } & Params;

/** Look: one answer, perhaps a second one beside it. brush: the values highlighted; pinned: position of a unit. */
export type LookMode = {
  readonly mode: "look";
  readonly second: Ask | null;
  readonly scheme: Scheme;
  readonly classes: number;
  readonly brush: readonly [number, number] | null;
  readonly unsure: Unsure;
  readonly pinned: number | null;
  readonly areas: string | null; // the areas the answer is summarised for: the name after `areas:`
};

/** Change: drawing edits. tool: the kind of edit being drawn; selected: position of an edit in the draft. */
export type ChangeMode = { readonly mode: "change"; readonly tool: string | null; readonly selected: number | null };

/**
 * Compare: before and after. plan: the saved plan that is shown (null: the draft); plans: saved plans pinned beside it;
 * swipe: share of the width shown as before.
 */
export type CompareMode = {
  readonly mode: "compare";
  readonly plan: string | null;
  readonly plans: readonly string[];
  readonly show: "difference" | "swipe" | "groups" | "side";
  readonly swipe: number;
  readonly dimension: string | null;
  readonly unsure: Unsure;
  readonly pinned: number | null;
};

/** Explain: where the answer comes from, and handing it over. */
export type ExplainMode = { readonly mode: "explain"; readonly part: "about" | "brief" | "data" | "code" };

export type Mode = LookMode | ChangeMode | CompareMode | ExplainMode;
export type ModeName = Mode["mode"];

export const MODES: readonly ModeName[] = ["look", "change", "compare", "explain"];

/** How each mode begins. */
export const FRESH: { readonly [K in ModeName]: Extract<Mode, { mode: K }> } = {
  look: {
    mode: "look",
    second: null,
    scheme: "quantile",
    classes: 6,
    brush: null,
    unsure: "texture",
    pinned: null,
    areas: null,
  },
  change: { mode: "change", tool: null, selected: null },
  compare: {
    mode: "compare",
    plan: null,
    plans: [],
    show: "difference",
    swipe: 0.5,
    dimension: null,
    unsure: "texture",
    pinned: null,
  },
  explain: { mode: "explain", part: "about" },
};
