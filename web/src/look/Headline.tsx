/** The answer in a few numbers: per person, where people are known. */

import { useLanguage, useWords } from "../app/context";
import type { AnswerHead } from "../server/types";
import { numberText, peopleText, valueText } from "../words/format";
import { told } from "../words/words";

export function Headline({ head }: { readonly head: AnswerHead }) {
  const language = useLanguage();
  const words = useWords().look;
  const { summary } = head;
  const figure = (value: number | string | null) =>
    typeof value === "number" ? valueText(value, head.unit, language) : value === null ? "–" : words.unreachable;
  const count = (value: number | null) =>
    summary.counted === "people" ? peopleText(value, language) : numberText(value ?? 0, language);
  const whom =
    summary.counted === "people"
      ? told(words.people, { n: peopleText(summary.people, language) })
      : told(words.units, { n: numberText(summary.units, language) });
  const rows: [string, string][] = [
    [words.median, figure(summary.median)],
    [words.tenth, figure(summary.tenth)],
    [words.ninetieth, figure(summary.ninetieth)],
  ];
  if (summary.none !== 0) rows.push([words.nothing, count(summary.none)]);
  if (summary.unknown !== 0) rows.push([words.notKnown, count(summary.unknown)]);
  return (
    <section class="figures" aria-live="polite">
      <h2>{head.title}</h2>
      <p class="quiet">{whom}</p>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
