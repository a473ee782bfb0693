/** Which plan is looked at: the one being drawn, or one that is saved. */

import { useEffect, useState } from "preact/hooks";
import { useDispatch, useLanguage, usePage, useWords } from "../app/context";
import { city as cityNow } from "../server/answers";
import type { PlanAsked } from "../server/comparisons";
import type { Draft, Language } from "../state/state";
import type { Words } from "../words/en";
import { numberText } from "../words/format";
import { told } from "../words/words";

/** The draft is named by an empty text: no saved plan can be. */
export function choices(draft: Draft, saved: readonly string[]): string[] {
  return [...(draft.edits.length ? [""] : []), ...saved];
}

export function askedFor(name: string, draft: Draft): PlanAsked {
  return name ? { plans: [name], plan: name } : { edits: draft.edits, plan: draft.name || "plan" };
}

/** The plans that are saved now: others may have been saved since the page was opened. */
export function useSavedPlans(first: readonly string[]): readonly string[] {
  const { city } = usePage();
  const language = useLanguage();
  const [saved, setSaved] = useState(first);
  useEffect(() => {
    void cityNow(city.name, language).then((now) => {
      if (now.kind === "ok") setSaved(now.value.plans);
    });
  }, [city.name]);
  return saved;
}

export function Nothing() {
  const words = useWords().compare;
  const dispatch = useDispatch();
  return (
    <div class="compare">
      <h2>{words.nothing}</h2>
      <p>{words.nothingHint}</p>
      <button type="button" class="main" onClick={() => dispatch({ do: "enter", mode: "change" })}>
        {words.draw}
      </button>
    </div>
  );
}

type ChoiceProps = {
  readonly plans: readonly string[];
  readonly name: string;
  readonly draft: Draft;
  readonly onName: (name: string) => void;
};

export function PlanChoice({ plans, name, draft, onName }: ChoiceProps) {
  const words = useWords().compare;
  const dispatch = useDispatch();
  const language = useLanguage();
  return (
    <div class="plan-choice">
      <label>
        {words.plan}{" "}
        <select value={name} onChange={(event) => onName(event.currentTarget.value)}>
          {plans.map((plan) => (
            <option key={plan} value={plan}>
              {plan || draftName(draft, words, language)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => dispatch({ do: "enter", mode: "change" })}>
        {words.toChange}
      </button>
    </div>
  );
}

export function draftName(draft: Draft, words: Words["compare"], language: Language): string {
  const many = draft.edits.length;
  const count = many === 1 ? words.oneEdit : told(words.edits, { count: numberText(many, language, 0) });
  return draft.name ? told(words.named, { name: draft.name, count }) : told(words.drawn, { count });
}
