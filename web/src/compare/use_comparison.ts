/** A comparison as it comes: working, ready or refused; and everything of its units, once it is there. */

import { useEffect, useState } from "preact/hooks";
import { people, units, values } from "../server/answers";
import { type Change, type ComparisonHead, change, comparison, type PlanAsked, several } from "../server/comparisons";
import type { Progress, Reply } from "../server/facade";
import type { AnswerValues, People, Problem, Units } from "../server/types";
import type { Ask } from "../state/mode";
import type { Language } from "../state/state";

/** kept: what was ready last, to show until the next is. */
export type Asked<T> = { readonly kept: T | null } & (
  | { readonly kind: "none" | "ready" }
  | { readonly kind: "working"; readonly progress: Progress; readonly cancel: () => void }
  | { readonly kind: "cancelled"; readonly again: () => void }
  | { readonly kind: "refused"; readonly problems: readonly Problem[]; readonly again: () => void }
);

/** people: null where none are loaded. */
export type Compared = {
  readonly head: ComparisonHead;
  readonly change: Change;
  readonly before: AnswerValues;
  readonly after: AnswerValues;
  readonly units: Units;
  readonly people: People | null;
};

/** The same question under several plans, with the change of every unit under each. */
export type Side = { readonly head: ComparisonHead; readonly change: Change };
export type Sides = { readonly sides: readonly Side[]; readonly units: Units };

export function useComparison(city: string, ask: Ask, plan: PlanAsked | null, language: Language): Asked<Compared> {
  return useAsked(plan && [city, ask, plan, language], async (working) => {
    const head = await comparison(city, ask, plan ?? {}, language, working);
    if (head.kind !== "ok") return head;
    const { before, after, support_digest } = head.value;
    const found = await Promise.all([
      change(head.value, working.signal),
      values(before, language, working.signal),
      values(after, language, working.signal),
      units(support_digest, working.signal),
      people(city, support_digest, working.signal),
    ]);
    const [changed, first, second, where, who] = found;
    if (changed.kind !== "ok") return changed;
    if (first.kind !== "ok") return first;
    if (second.kind !== "ok") return second;
    if (where.kind !== "ok") return where;
    const value = {
      head: head.value,
      change: changed.value,
      before: first.value,
      after: second.value,
      units: where.value,
      people: who.kind === "ok" ? who.value : null,
    };
    return { kind: "ok", value, etag: null };
  });
}

export function useSeveral(city: string, ask: Ask, pinned: readonly PlanAsked[], language: Language): Asked<Sides> {
  return useAsked(pinned.length ? [city, ask, pinned, language] : null, async (working) => {
    const found = await several(city, ask, pinned, language, working);
    if (found.kind !== "ok") return found;
    const heads = found.value.comparisons;
    const first = heads[0];
    if (!first) return { kind: "stale" };
    const where = await units(first.support_digest, working.signal);
    if (where.kind !== "ok") return where;
    const sides: Side[] = [];
    for (const head of heads) {
      const changed = await change(head, working.signal);
      if (changed.kind !== "ok") return changed;
      sides.push({ head, change: changed.value });
    }
    return { kind: "ok", value: { sides, units: where.value }, etag: null };
  });
}

type Work = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void };

/** Ask, and ask again whenever the question says something else; a newer one gives the older up. */
function useAsked<T>(question: unknown, ask: (working: Work) => Promise<Reply<T>>): Asked<T> {
  const [found, tell] = useState<Asked<T>>({ kind: "none", kept: null });
  const [tries, tryAgain] = useState(0);
  const asked = question ? JSON.stringify(question) : "";
  useEffect(() => {
    if (!asked) {
      tell({ kind: "none", kept: null });
      return;
    }
    const end = new AbortController();
    const again = () => tryAgain((n) => n + 1);
    const cancel = () => {
      end.abort();
      tell((last) => ({ kind: "cancelled", again, kept: last.kept }));
    };
    const onProgress = (progress: Progress) =>
      tell((last) => (end.signal.aborted ? last : { kind: "working", progress, cancel, kept: last.kept }));
    onProgress({ share: null, words: "" });
    void ask({ signal: end.signal, onProgress }).then((reply) => {
      if (end.signal.aborted || reply.kind === "stale") return;
      if (reply.kind === "ok") tell({ kind: "ready", kept: reply.value });
      else tell((last) => ({ kind: "refused", problems: reply.problems, again, kept: last.kept }));
    });
    return () => end.abort();
  }, [asked, tries]);
  return found;
}
