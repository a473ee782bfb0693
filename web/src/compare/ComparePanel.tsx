/** Compare: who gains and who loses by a plan, where, which groups, how sure; and several plans side by side. */

import "./compare.css";
import { useLanguage, useMode, usePage, useView, useWords } from "../app/context";
import type { CompareMode } from "../state/mode";
import { told } from "../words/words";
import { Outcome } from "./outcome";
import { Pinned } from "./pinned";
import { askedFor, choices, Nothing, PlanChoice, useSavedPlans } from "./plans";
import { Result } from "./result";
import { headline } from "./sentences";
import { useComparison } from "./use_comparison";
import { useSketch } from "./use_sketch";

const SHOWS = ["difference", "swipe", "groups", "side"] as const;

export function ComparePanel() {
  const found = useMode("compare");
  return found ? <Inside mode={found[0]} set={found[1]} /> : null;
}

type Props = { readonly mode: CompareMode; readonly set: (change: Partial<CompareMode>) => void };

function Inside({ mode, set }: Props) {
  const { city } = usePage();
  const view = useView();
  const words = useWords().compare;
  const language = useLanguage();
  const saved = useSavedPlans(city.plans);
  const plans = choices(view.draft, saved);
  const name = mode.plan !== null && saved.includes(mode.plan) ? mode.plan : (plans[0] ?? null);
  const asked = name === null ? null : askedFor(name, view.draft);
  const answer = useComparison(city.name, view.ask, asked, language);
  const said = answer.kind === "ready" && answer.kept ? headline(answer.kept.head, language).join(" ") : "";
  useSketch(name ?? "", view.draft);
  if (name === null) return <Nothing />;
  return (
    <div class="compare">
      <PlanChoice
        plans={plans}
        name={name}
        draft={view.draft}
        onName={(next) => set({ plan: next || null, pinned: null })}
      />
      <fieldset class="shows">
        <legend class="hidden">{words.show}</legend>
        {SHOWS.map((show) => (
          <button key={show} type="button" aria-pressed={mode.show === show} onClick={() => set({ show })}>
            {words[show]}
          </button>
        ))}
      </fieldset>
      <p class="hidden" aria-live="polite">
        {said && told(words.answered, { words: said })}
      </p>
      <Outcome answer={answer} />
      {answer.kept && <Result found={answer.kept} mode={mode} set={set} />}
      {mode.show === "side" && <Pinned mode={mode} set={set} plans={plans} draft={view.draft} />}
    </div>
  );
}
