/** An answer as it comes: working, ready or refused. A newer question gives the older one up. */

import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "../app/context";
import { answer, values } from "./answers";
import type { Progress } from "./facade";
import type { AnswerHead, AnswerRequest, AnswerValues, Problem } from "./types";

/** kept: the last answer that was ready, to show until the next one is. */
export type Answer =
  | { readonly kind: "none"; readonly kept: null }
  | { readonly kind: "working"; readonly progress: Progress; readonly cancel: () => void; readonly kept: Ready | null }
  | { readonly kind: "ready"; readonly kept: Ready }
  | { readonly kind: "cancelled"; readonly again: () => void; readonly kept: Ready | null }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly problems: readonly Problem[];
      readonly again: () => void;
      readonly kept: Ready | null;
    };

export type Ready = { readonly head: AnswerHead; readonly values: AnswerValues };

const NONE: Answer = { kind: "none", kept: null };
const AT_ONCE: Progress = { share: null, words: "" };

/** Ask, and ask again whenever the request says something else. null: nothing is asked. */
export function useAnswer(request: AnswerRequest | null): Answer {
  const [found, tell] = useState<Answer>(NONE);
  const [tries, tryAgain] = useState(0);
  const language = useLanguage();
  const asked = request ? JSON.stringify(request) : "";
  useEffect(() => {
    if (!request) {
      tell(NONE);
      return;
    }
    const end = new AbortController();
    const again = () => tryAgain((n) => n + 1);
    const cancel = () => {
      end.abort();
      tell((last) => ({ kind: "cancelled", again, kept: last.kept }));
    };
    const working = (progress: Progress) =>
      tell((last) => (end.signal.aborted ? last : { kind: "working", progress, cancel, kept: last.kept }));
    working(AT_ONCE);
    void (async () => {
      const head = await answer(request, language, { signal: end.signal, onProgress: working });
      const numbers = head.kind === "ok" ? await values(head.value.key, language, end.signal) : head;
      if (end.signal.aborted || head.kind === "stale" || numbers.kind === "stale") return;
      if (head.kind === "refused" || numbers.kind === "refused") {
        const { status, problems } =
          head.kind === "refused" ? head : (numbers as Extract<typeof numbers, { kind: "refused" }>);
        tell((last) => ({ kind: "refused", status, problems, again, kept: last.kept }));
        return;
      }
      tell({ kind: "ready", kept: { head: head.value, values: numbers.value } });
    })();
    return () => end.abort();
  }, [asked, tries, language]);
  return found;
}
