/** Who gains and who loses, in one line, losers first. Small counts never become digits. Pure. */

import type { People } from "../server/live";
import type { Language } from "../state/state";
import { numberText, SMALL_COUNT } from "../words/format";
import { told, wordsOf } from "../words/words";

type Row = Readonly<Record<string, unknown>>;

/** The sentence about everybody; null where the city has no people. */
export function headline(people: People, language: Language): string | null {
  const all = people.groups.total?.[0];
  if (!all) return null;
  const words = wordsOf(language).change;
  const lose = isNone(all, "lose")
    ? words.nobodyLoses
    : told(all.lose === 1 ? words.loseOne : words.lose, { people: some(all, "lose", language) });
  const gain = isNone(all, "gain")
    ? words.nobodyGains
    : told(all.gain === 1 ? words.gainOne : words.gain, { people: some(all, "gain", language) });
  const both = told(words.loseAndGain, { lose, gain });
  const said = [both.charAt(0).toUpperCase() + both.slice(1)];
  if (people.newcomers) said.push(told(words.newcomers, { people: numberText(people.newcomers, language, 0) }));
  return said.join(" ");
}

/** Each group with who loses and gains in it, as words of a table. */
export function groupRows(
  people: People,
  language: Language,
): readonly { readonly group: string; readonly lose: string; readonly gain: string }[] {
  return Object.entries(people.groups)
    .filter(([dimension]) => dimension !== "total")
    .flatMap(([dimension, rows]) =>
      rows.map((row) => ({
        group: `${dimension.replaceAll("_", " ")}: ${String(row.group).replaceAll("_", " ")}`,
        lose: count(row, "lose", language),
        gain: count(row, "gain", language),
      })),
    );
}

function stateOf(row: Row, name: string): string {
  return String((row.hidden as Row | undefined)?.[name] ?? "told");
}

function isNone(row: Row, name: string): boolean {
  return stateOf(row, name) === "told" && row[name] === 0;
}

function count(row: Row, name: string, language: Language): string {
  const words = wordsOf(language).change;
  const number = row[name];
  switch (stateOf(row, name)) {
    case "told":
      return typeof number === "number" ? numberText(number, language, 0) : "–";
    case "small":
      return told(words.fewerThan, { count: SMALL_COUNT });
    default:
      return words.notTold;
  }
}

function some(row: Row, name: string, language: Language): string {
  const words = wordsOf(language).change;
  switch (stateOf(row, name)) {
    case "told":
      return told(row[name] === 1 ? words.onePerson : words.people, { count: count(row, name, language) });
    case "small":
      return told(words.people, { count: count(row, name, language) });
    default:
      return words.somePeople;
  }
}
