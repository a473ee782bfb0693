/** Everything the page shows follows from one state; one reducer says how it changes. */

import { type Ask, type Edit, FRESH, type Mode, type ModeName, type Params } from "./mode";

export type Language = "en" | "sv";
export type Theme = "light" | "dark";

export type Camera = { readonly lon: number; readonly lat: number; readonly zoom: number };

/**
 * A plan being drawn. name: empty until it is saved; etag: the version it was saved or opened as (a name without one is
 * a plan to be opened); why, by: the reason and who proposes it.
 */
export type Draft = {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly etag: string | null;
  readonly why?: string;
  readonly by?: string;
};

/** What a shared link carries. table: the map is read as a table. */
export type View = {
  readonly city: string;
  readonly ask: Ask;
  readonly camera: Camera | null;
  readonly table: boolean;
  readonly draft: Draft;
  readonly mode: Mode;
};

/** left: how each mode was left, so that coming back finds it. past, future: edits to undo and redo. */
export type State = {
  readonly view: View | null; // null until a city is known
  readonly language: Language;
  readonly theme: Theme;
  readonly left: Partial<{ readonly [K in ModeName]: Extract<Mode, { mode: K }> }>;
  readonly past: readonly (readonly Edit[])[];
  readonly future: readonly (readonly Edit[])[];
};

export type Action =
  | { readonly do: "open"; readonly view: View }
  | { readonly do: "ask"; readonly ask: Partial<Ask> }
  | { readonly do: "param"; readonly name: string; readonly value: Params[string] }
  | { readonly do: "enter"; readonly mode: ModeName }
  | { readonly do: "set"; readonly mode: Mode } // the fields of the mode we are in; another mode's are ignored
  | { readonly do: "camera"; readonly camera: Camera }
  | { readonly do: "table"; readonly table: boolean }
  | { readonly do: "edits"; readonly edits: readonly Edit[] }
  | { readonly do: "draft"; readonly draft: Draft } // opened or saved: nothing to undo into
  | { readonly do: "saved"; readonly name: string; readonly etag: string | null } // keeps what can be undone
  | { readonly do: "texts"; readonly texts: Partial<Pick<Draft, "why" | "by">> }
  | { readonly do: "undo" }
  | { readonly do: "redo" }
  | { readonly do: "language"; readonly language: Language }
  | { readonly do: "theme"; readonly theme: Theme };

export const NO_DRAFT: Draft = { name: "", edits: [], etag: null };
const REMEMBERED = 100; // steps that can be undone

export function fresh(language: Language, theme: Theme): State {
  return { view: null, language, theme, left: {}, past: [], future: [] };
}

/** The state after an action. What makes no difference gives the same object back. */
export function reduce(state: State, action: Action): State {
  switch (action.do) {
    case "language":
      return action.language === state.language ? state : { ...state, language: action.language };
    case "theme":
      return action.theme === state.theme ? state : { ...state, theme: action.theme };
    case "open":
      return { ...state, view: action.view, left: {}, past: [], future: [] };
    default:
      return state.view ? within(state, state.view, action) : state;
  }
}

type Inside = Exclude<Action, { do: "language" | "theme" | "open" }>;

function within(state: State, view: View, action: Inside): State {
  switch (action.do) {
    case "ask":
      return {
        ...state,
        view: { ...view, ask: { ...view.ask, ...action.ask }, mode: unpinned(view.mode, action.ask) },
      };
    case "param":
      return within(state, view, { do: "ask", ask: { params: { ...view.ask.params, [action.name]: action.value } } });
    case "enter":
      return entered(state, view, action.mode);
    case "set":
      return action.mode.mode === view.mode.mode ? { ...state, view: { ...view, mode: action.mode } } : state;
    case "camera":
      return { ...state, view: { ...view, camera: action.camera } };
    case "table":
      return action.table === view.table ? state : { ...state, view: { ...view, table: action.table } };
    case "edits":
      return {
        ...drawn(state, view, action.edits),
        past: [...state.past, view.draft.edits].slice(-REMEMBERED),
        future: [],
      };
    case "draft":
      return { ...state, view: { ...view, draft: action.draft }, past: [], future: [] };
    case "saved":
      return { ...state, view: { ...view, draft: { ...view.draft, name: action.name, etag: action.etag } } };
    case "texts":
      return { ...state, view: { ...view, draft: { ...view.draft, ...action.texts } } };
    case "undo": {
      const back = state.past.at(-1);
      if (!back) return state;
      return {
        ...drawn(state, view, back),
        past: state.past.slice(0, -1),
        future: [view.draft.edits, ...state.future],
      };
    }
    case "redo": {
      const [next, ...future] = state.future;
      if (!next) return state;
      return { ...drawn(state, view, next), past: [...state.past, view.draft.edits], future };
    }
  }
}

function drawn(state: State, view: View, edits: readonly Edit[]): State {
  const mode = view.mode.mode === "change" ? { ...view.mode, selected: null } : view.mode;
  return { ...state, view: { ...view, draft: { ...view.draft, edits }, mode } };
}

function entered(state: State, view: View, name: ModeName): State {
  if (view.mode.mode === name) return state;
  return {
    ...state,
    left: { ...state.left, [view.mode.mode]: view.mode },
    view: { ...view, mode: state.left[name] ?? FRESH[name] },
  };
}

/** Another question has other values to brush, another ruler other units to pin. */
function unpinned(mode: Mode, ask: Partial<Ask>): Mode {
  if (mode.mode === "look") {
    const brush = null;
    return "support" in ask ? { ...mode, brush, pinned: null } : { ...mode, brush };
  }
  return mode.mode === "compare" && "support" in ask ? { ...mode, pinned: null } : mode;
}
