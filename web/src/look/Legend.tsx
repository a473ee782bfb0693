/** What the colours mean: classes with their people (or units), and what has no number. */

import { useLanguage, useWords } from "../app/context";
import { type Classes, countOf } from "../map/classes";
import type { Language } from "../state/state";
import type { Words } from "../words/en";
import { numberText, SMALL_COUNT, unitText, valueText } from "../words/format";
import { told } from "../words/words";
import { classLabels } from "./class_labels";

type Props = {
  readonly title: string;
  readonly unit: string;
  readonly classes: Classes;
  readonly palette: readonly string[];
  readonly counts: ArrayLike<number>; // by code
  readonly units: ArrayLike<number>; // how many units have each code: a colour on the map is explained even if nobody lives there
  readonly people: boolean; // counts are of people
  readonly note: string; // how uncertainty is shown; empty where it is not
  readonly hatched: boolean;
};

export function Legend({ title, unit, classes, palette, counts, units, people, note, hatched }: Props) {
  const language = useLanguage();
  const words = useWords();
  const number = countOf(classes);
  const labels = [...classLabels(classes, language, words), words.look.outOfReach, words.look.unknown];
  return (
    <section class="legend" aria-label={words.look.legend}>
      <details open>
        <summary>
          <h3>
            {title} {unitText(unit, language) && <span class="quiet">({unitText(unit, language)})</span>}
          </h3>
        </summary>
        <ul>
          {labels.map((label, code) =>
            code >= number && !units[code] ? null : (
              <li key={label}>
                <span class="swatch" style={{ background: palette[code] }} />
                <span>{label}</span>
                <span class="quiet number">{countText(counts[code] ?? 0, people, language, words)}</span>
              </li>
            ),
          )}
          {note && (
            <li class="note">
              {hatched && <span class="swatch hatched" />}
              <small>{note}</small>
            </li>
          )}
        </ul>
      </details>
    </section>
  );
}

/** Counts by class are sums of rounded numbers, so they are told as such, and small ones not at all. */
function countText(count: number, people: boolean, language: Language, words: Words): string {
  if (!people) return told(words.look.countUnits, { n: numberText(count, language) });
  if (count < SMALL_COUNT) return words.look.countHardly;
  return told(words.look.countPeople, { n: numberText(count, language) });
}

type SquareProps = {
  readonly first: { readonly title: string; readonly unit: string; readonly classes: Classes };
  readonly second: { readonly title: string; readonly unit: string; readonly classes: Classes };
  readonly palette: readonly string[];
  readonly counts: ArrayLike<number>;
  readonly people: boolean;
};

/** The square of two answers: to the right more of the first, upwards more of the second. */
export function SquareLegend({ first, second, palette, counts, people }: SquareProps) {
  const language = useLanguage();
  const words = useWords();
  const ends = (classes: Classes, unit: string) =>
    classes.edges.map((edge) => valueText(edge, unit, language)).join(" · ");
  return (
    <section class="legend square" aria-label={words.look.both}>
      <div class="across">
        <p class="up">
          {second.title} ↑ {words.look.higher}
          <small>{ends(second.classes, second.unit)}</small>
        </p>
        <table>
          <caption class="hidden">{words.look.both}</caption>
          <tbody>
            {[2, 1, 0].map((row) => (
              <tr key={row}>
                {[0, 1, 2].map((column) => {
                  const code = 3 * row + column;
                  const text = countText(counts[code] ?? 0, people, language, words);
                  return (
                    <td key={column} style={{ background: palette[code] }} title={text}>
                      <span class="hidden">{text}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <p class="right">
          {first.title} → {words.look.higher}
          <small>{ends(first.classes, first.unit)}</small>
        </p>
      </div>
      <ul>
        {[9, 10].map((code) =>
          counts[code] ? (
            <li key={code}>
              <span class="swatch" style={{ background: palette[code] }} />
              <span>{code === 9 ? words.look.outOfReach : words.look.unknown}</span>
              <span class="quiet number">{countText(counts[code] ?? 0, people, language, words)}</span>
            </li>
          ) : null,
        )}
      </ul>
    </section>
  );
}
