/** What is on the screen, as requests. The draft of the views is the plan on the screen (`useScreen`). */

import { fieldOf } from "../look/shown";
import { type Classes, classesOf } from "../map/classes";
import { requestOf } from "../server/answers";
import type { BriefRequest, CodeRequest } from "../server/handover";
import type { AnswerRequest, AnswerValues } from "../server/types";
import { FRESH, type LookMode } from "../state/mode";
import type { Language, View } from "../state/state";

/** after: null where nothing is changed; its plan has the name files are to carry. */
export type OnScreen = {
  readonly before: AnswerRequest;
  readonly after: (AnswerRequest & { readonly plan?: string }) | null;
};

export function onScreen(view: View): OnScreen {
  const before = requestOf(view.city, view.ask);
  const { edits } = view.draft;
  return { before, after: edits.length ? { ...requestOf(view.city, view.ask, edits), ...named(view) } : null };
}

export function codeRequest(view: View): CodeRequest {
  const { before, after } = onScreen(view);
  return { ...(after ?? before), compare: after !== null };
}

/** The classes of the map: as they were chosen where one answer is looked at. */
export function classesFor(view: View, looked: LookMode | undefined, values: AnswerValues): Classes {
  const { scheme, classes } = view.mode.mode === "look" ? view.mode : (looked ?? FRESH.look);
  return classesOf(fieldOf(values).value, classes, scheme);
}

/** What a person may write on the head of a brief. */
export type Head = { readonly title: string; readonly question: string; readonly written: string };

export function briefRequest(view: View, head: Head, format: "html" | "pdf", language: Language): BriefRequest {
  const { indicator, params, support, draws, seed } = view.ask;
  return {
    city: view.city,
    measures: [{ indicator, params }],
    edits: view.draft.edits,
    ...named(view),
    support,
    draws,
    seed,
    ...head,
    format,
    language,
  };
}

function named(view: View): { readonly plan?: string } {
  return view.draft.edits.length && view.draft.name ? { plan: view.draft.name } : {};
}
