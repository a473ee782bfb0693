/** What is on the screen, as requests: the answer as it is, the answer under the draft, and whether they are compared. */

import { fieldOf } from "../look/shown";
import { type Classes, classesOf } from "../map/classes";
import { requestOf } from "../server/answers";
import type { BriefRequest, CodeRequest } from "../server/handover";
import type { AnswerRequest, AnswerValues } from "../server/types";
import { type Edit, FRESH, type LookMode } from "../state/mode";
import type { View } from "../state/state";

export type OnScreen = {
  readonly before: AnswerRequest;
  readonly after: AnswerRequest | null; // null: nothing is changed, or the draft is not looked at
};

export function onScreen(view: View): OnScreen {
  const before = requestOf(view.city, view.ask);
  const edits = editsOf(view);
  return { before, after: edits.length ? requestOf(view.city, view.ask, edits) : null };
}

export function codeRequest(view: View): CodeRequest {
  const { before, after } = onScreen(view);
  return { ...(after ?? before), ...named(view), compare: after !== null };
}

/** The classes of the map: as they were chosen where one answer is looked at. */
export function classesFor(view: View, looked: LookMode | undefined, values: AnswerValues): Classes {
  const { scheme, classes } = view.mode.mode === "look" ? view.mode : (looked ?? FRESH.look);
  return classesOf(fieldOf(values).value, classes, scheme);
}

/** Looking shows the city as it is, whatever is drawn beside it. */
function editsOf(view: View): readonly Edit[] {
  return view.mode.mode === "look" ? [] : view.draft.edits;
}

/** What a person may write on the head of a brief. */
export type Head = { readonly title: string; readonly question: string; readonly written: string };

export function briefRequest(view: View, head: Head, format: "html" | "pdf"): BriefRequest {
  const { indicator, params, support, draws, seed } = view.ask;
  return {
    city: view.city,
    measures: [{ indicator, params }],
    edits: editsOf(view),
    ...named(view),
    support,
    draws,
    seed,
    ...head,
    format,
  };
}

function named(view: View): { readonly plan?: string } {
  return editsOf(view).length && view.draft.name ? { plan: view.draft.name } : {};
}
