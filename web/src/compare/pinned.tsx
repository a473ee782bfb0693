/** Plans pinned to be read side by side: which ones, and what each does. */

import { useLanguage, usePage, useView, useWords } from "../app/context";
import type { CompareMode } from "../state/mode";
import type { Draft } from "../state/state";
import { told } from "../words/words";
import { Outcome } from "./outcome";
import { OverMap } from "./over_map";
import { askedFor, draftName } from "./plans";
import { SideBySide } from "./side";
import { useSeveral } from "./use_comparison";

const MOST_PINNED = 6;

type PinnedProps = {
  readonly mode: CompareMode;
  readonly set: (change: Partial<CompareMode>) => void;
  readonly plans: readonly string[];
  readonly draft: Draft;
};

export function Pinned({ mode, set, plans, draft }: PinnedProps) {
  const { city } = usePage();
  const view = useView();
  const words = useWords().compare;
  const language = useLanguage();
  const pinned = plans.filter((plan) => plan === "" || mode.plans.includes(plan)).slice(0, MOST_PINNED);
  const names = pinned.map((plan) => plan || draftName(draft, words, language));
  const answer = useSeveral(
    city.name,
    view.ask,
    pinned.map((plan) => askedFor(plan, draft)),
    language,
  );
  const toggle = (plan: string) =>
    set({ plans: mode.plans.includes(plan) ? mode.plans.filter((one) => one !== plan) : [...mode.plans, plan] });
  return (
    <OverMap>
      <div class="over-map">
        <fieldset class="pins">
          <legend>{words.pin}</legend>
          {plans.map((plan) => (
            <label key={plan}>
              <input
                type="checkbox"
                checked={pinned.includes(plan)}
                disabled={plan === "" || (!pinned.includes(plan) && pinned.length >= MOST_PINNED)}
                onChange={() => toggle(plan)}
              />{" "}
              {plan || draftName(draft, words, language)}
            </label>
          ))}
          <p class="quiet">{told(words.pinMore, { most: MOST_PINNED })}</p>
        </fieldset>
        {pinned.length === 0 && <p>{words.pinNothing}</p>}
        <Outcome answer={answer} />
        {answer.kept && <SideBySide found={answer.kept} names={names} />}
      </div>
    </OverMap>
  );
}
