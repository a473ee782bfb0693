/** Which plan is on the screen: the draft, a saved one that is compared, or none. */

import { useAppState, usePage } from "../app/context";
import { useFetched } from "../look/use_shown";
import { type SavedPlan, savedPlan } from "../server/handover";
import type { Problem } from "../server/types";
import type { CompareMode } from "../state/mode";
import { NO_DRAFT, type View } from "../state/state";

/** The name of the saved plan that is on the screen; null: it is the draft, or nothing is changed. */
export function savedOnScreen(view: View, compared: CompareMode | undefined, saved: readonly string[]): string | null {
  const mode = view.mode.mode === "compare" ? view.mode : view.mode.mode === "explain" ? compared : undefined;
  if (!mode) return null;
  if (mode.plan !== null && saved.includes(mode.plan)) return mode.plan;
  return view.draft.edits.length ? null : (saved[0] ?? null);
}

export type Screen =
  | { readonly kind: "ready"; readonly view: View }
  | { readonly kind: "waiting" }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** The view with the plan that is on the screen as its draft: what is explained and handed over. */
export function useScreen(): Screen {
  const { city } = usePage();
  const { view, left } = useAppState();
  const name = view ? savedOnScreen(view, left.compare, city.plans) : null;
  const found = useFetched<SavedPlan>(name ? `${city.name}/${name}` : "", (signal) =>
    savedPlan(city.name, name ?? "", signal),
  );
  if (!view) return { kind: "waiting" };
  if (name === null) return { kind: "ready", view: view.mode.mode === "look" ? { ...view, draft: NO_DRAFT } : view };
  if (found.problems.length) return { kind: "refused", problems: found.problems };
  if (!found.value) return { kind: "waiting" };
  return { kind: "ready", view: { ...view, draft: { name, edits: found.value.edits, etag: null } } };
}
