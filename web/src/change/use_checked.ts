/** The draft in words: every edit with its sentence, its problems and its sketch; the newest list wins. */

import { useEffect, useState } from "preact/hooks";
import { useLanguage, usePage, useView } from "../app/context";
import { checkPlan, type Step } from "../server/plans";
import type { Problem } from "../server/types";

/** steps: one for each edit of the list they were asked for; `of` is that list. */
export type Checking = {
  readonly steps: readonly Step[];
  readonly of: readonly unknown[];
  readonly refused: readonly Problem[];
  readonly busy: boolean;
};

const NOTHING: Checking = { steps: [], of: [], refused: [], busy: false };

export function useChecked(): Checking {
  const { city } = usePage();
  const language = useLanguage();
  const { edits } = useView().draft;
  const [found, tell] = useState<Checking>(NOTHING);
  const asked = JSON.stringify(edits);
  useEffect(() => {
    if (!edits.length) {
      tell(NOTHING);
      return;
    }
    const end = new AbortController();
    tell((last) => ({ ...last, busy: true }));
    void checkPlan(city.name, edits, language, end.signal).then((reply) => {
      if (end.signal.aborted || reply.kind === "stale") return;
      if (reply.kind === "refused") tell((last) => ({ ...last, refused: reply.problems, busy: false }));
      else tell({ steps: reply.value.steps, of: edits, refused: [], busy: false });
    });
    return () => end.abort();
  }, [asked, city.name, city.version, language]);
  return found;
}
