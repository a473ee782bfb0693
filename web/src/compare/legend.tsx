/** What the colours mean, in words and numbers with their unit. */

import { useLanguage, useWords } from "../app/context";
import { classLabels } from "../look/class_labels";
import { type Classes, countOf } from "../map/classes";
import { numberText, shareText, unitText, valueText } from "../words/format";
import { told } from "../words/words";
import { BETTER, CUT_OFF, REACHED, SAME, type Steps, WORSE } from "./difference";

type Props = {
  readonly steps: Steps;
  readonly unit: string;
  readonly palette: readonly string[];
  readonly counts: readonly number[];
  readonly unsure: { readonly sure: number; readonly shown: "hide" | "texture" | "fade"; readonly any: boolean };
};

export function ChangeLegend({ steps: [more, much], unit, palette, counts, unsure }: Props) {
  const words = useWords().compare;
  const language = useLanguage();
  const size = (value: number) => valueText(value, unit, language);
  const sizes = [
    told(words.moreThan, { size: size(much) }),
    told(words.between, { low: numberText(more, language), high: size(much) }),
    told(words.upTo, { size: size(more) }),
  ];
  const rows: [number, string][] = [
    [CUT_OFF, words.isCutOff],
    ...WORSE.map((code, at): [number, string] => [code, told(words.worseBy, { size: sizes[at] ?? "" })]),
    [SAME, words.same],
    ...BETTER.map((code, at): [number, string] => [code, told(words.betterBy, { size: sizes[2 - at] ?? "" })]),
    [REACHED, words.isReached],
  ];
  const share = shareText(unsure.sure, language);
  return (
    <section class="compare-legend" aria-label={words.legend}>
      <h3>{words.legend}</h3>
      <ul>
        {rows
          .filter(([code]) => code === SAME || (counts[code] ?? 0) > 0)
          .map(([code, text]) => (
            <li key={code}>
              <i style={{ background: palette[code] }} /> {text}
            </li>
          ))}
      </ul>
      {unsure.any && unsure.shown === "texture" && (
        <p>
          <i class="hatched" /> {told(words.unsureLegend, { share })}
        </p>
      )}
      {unsure.any && unsure.shown === "fade" && <p>{told(words.unsureFaded, { share })}</p>}
    </section>
  );
}

type ValueProps = {
  readonly classes: Classes;
  readonly unit: string;
  readonly palette: readonly string[];
  readonly counts: readonly number[]; // units before and after, by code
};

/** The legend both sides of a swipe share. */
export function ValueLegend({ classes, unit, palette, counts }: ValueProps) {
  const words = useWords();
  const language = useLanguage();
  const number = countOf(classes);
  const labels = [...classLabels(classes, language, words), words.compare.outOfReach, words.compare.noAnswer];
  const name = unitText(unit, language);
  return (
    <section class="compare-legend" aria-label={words.compare.legendValues}>
      <h3>
        {words.compare.legendValues} {name && <span class="quiet">({name})</span>}
      </h3>
      <ul>
        {labels.map((text, code) =>
          code >= number && !counts[code] ? null : (
            <li key={text}>
              <i style={{ background: palette[code] }} /> {text}
            </li>
          ),
        )}
      </ul>
    </section>
  );
}
