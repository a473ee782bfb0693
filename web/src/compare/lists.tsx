/** Where most is lost and gained: losers first. Each can be shown on the map. */

import { useLanguage, useWords } from "../app/context";
import type { ComparisonHead, UnitChange } from "../server/comparisons";
import { shareText } from "../words/format";
import { told } from "../words/words";
import { about, unitSentence, whereabouts } from "./sentences";

type Props = {
  readonly head: ComparisonHead;
  readonly pinned: number | null;
  readonly counted: boolean; // whether people are known
  readonly onShow: (unit: UnitChange) => void;
};

export function Lists(props: Props) {
  const words = useWords().compare;
  return (
    <>
      <Units {...props} title={words.losers} none={words.noLosers} units={props.head.losers} />
      <Units {...props} title={words.gainers} none={words.noGainers} units={props.head.gainers} />
    </>
  );
}

type UnitsProps = Props & {
  readonly title: string;
  readonly none: string;
  readonly units: readonly UnitChange[];
};

function Units({ head, title, none, units, pinned, counted, onShow }: UnitsProps) {
  const words = useWords().compare;
  const language = useLanguage();
  const id = `list-${title.replaceAll(" ", "-")}`;
  return (
    <section aria-labelledby={id} class="unit-list">
      <h3 id={id}>{title}</h3>
      {units.length === 0 && <p class="quiet">{none}</p>}
      <ol>
        {units.map((unit) => (
          <li key={unit.unit}>
            <button
              type="button"
              aria-pressed={pinned === unit.unit}
              title={words.showOnMap}
              onClick={() => onShow(unit)}
            >
              <strong>{whereabouts(unit, language)}</strong>
              <span>{unitSentence(unit, head.unit, language)}</span>
              <small>
                {counted && about(unit.people, language)}
                {unit.agreement !== null &&
                  `${counted ? " · " : ""}${told(words.agree, { share: shareText(unit.agreement, language) })}`}
              </small>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
