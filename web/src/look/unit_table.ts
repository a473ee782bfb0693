/** The map as a table: a row a unit, its figures, why there is none, and its people as may be told. */

import type { MapTable } from "../app/context";
import type { AreaSummaries } from "../server/types";
import type { Language } from "../state/state";
import type { Words } from "../words/en";
import { numberText, peopleText } from "../words/format";
import { told } from "../words/words";
import type { Field } from "./shown";

/** A column of numbers; what is not finite is empty. */
export type Figure = { readonly name: string; readonly values: ArrayLike<number | null> };

export type Parts = {
  readonly key: string; // changes with what the table says
  readonly caption: string;
  readonly count: number;
  readonly figures: readonly Figure[];
  readonly name: (unit: number) => string;
  readonly note: (unit: number) => string;
  readonly people: ArrayLike<number | null> | null;
};

export function unitTable(parts: Parts, words: Words, language: Language): MapTable {
  const { figures, people, note, name } = parts;
  const peopleAt = figures.length + 2;
  const finite = (value: number | null | undefined) => (Number.isFinite(value ?? Number.NaN) ? (value ?? null) : null);
  return {
    key: `${parts.key} ${language}`,
    caption: parts.caption,
    columns: [
      { name: words.look.unit },
      ...figures.map((figure) => ({ name: figure.name, numeric: true })),
      { name: words.look.note },
      ...(people ? [{ name: words.look.peopleHere, numeric: true }] : []),
    ],
    rows: () =>
      Array.from({ length: parts.count }, (_, unit) => [
        name(unit),
        ...figures.map((figure) => finite(figure.values[unit])),
        note(unit),
        ...(people ? [people[unit] ?? null] : []),
      ]),
    text: (value, column) => {
      if (column === peopleAt) return peopleText(value as number | null, language);
      return typeof value === "number" ? numberText(value, language) : (value ?? "–");
    },
  };
}

/** The columns of an answer, and of a second one beside it. */
export function answerFigures(
  first: { readonly field: Field; readonly unit: string },
  second: { readonly field: Field; readonly title: string; readonly unit: string } | null,
  words: Words,
): Figure[] {
  const { value, low, high } = first.field;
  const found: Figure[] = [{ name: `${words.look.value} (${first.unit})`, values: value }];
  if (low && high) found.push({ name: words.look.low, values: low }, { name: words.look.high, values: high });
  if (second) found.push({ name: `${second.title} (${second.unit})`, values: second.field.value });
  return found;
}

/** The columns of an answer summarised for areas. */
export function areaFigures(areas: AreaSummaries, words: Words): Figure[] {
  const { mean, tenth, median, ninetieth } = words.look;
  const all = { [mean]: areas.mean, [tenth]: areas.tenth, [median]: areas.median, [ninetieth]: areas.ninetieth };
  return Object.entries(all).map(([name, values]) => ({ name: `${name} (${areas.unit})`, values }));
}

export function captionOf(title: string, ofAreas: boolean, words: Words): string {
  return told(ofAreas ? words.look.areaTable : words.look.tableOf, { title });
}
