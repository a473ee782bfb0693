/** A comparison in plain words, in the reader's language. Small counts never become digits. Pure. */

import type { ComparisonHead, Count, GroupChange, UnitChange } from "../server/comparisons";
import type { Language } from "../state/state";
import { numberText, SMALL_COUNT, shareText, valueText } from "../words/format";
import { told, wordsOf } from "../words/words";

/** A count in a table: digits, `fewer than 5`, or a dash. */
export function countText(count: Count, language: Language): string {
  const words = wordsOf(language).compare;
  const number = numberText(count.number ?? 0, language, 0);
  switch (count.state) {
    case "told":
      return number;
    case "small":
      return told(words.fewerThan, { count: SMALL_COUNT });
    case "at least":
      return told(words.atLeast, { count: number });
    default:
      return "–";
  }
}

/** Why a count is not told; nothing where it is. */
export function whyHidden(count: Count, language: Language): string {
  const words = wordsOf(language).compare;
  if (count.state === "withheld") return words.withheldWhy;
  return count.state === "covered" ? words.coveredWhy : "";
}

export function isNone(count: Count): boolean {
  return count.state === "told" && count.number === 0;
}

/** A count with its noun, as the subject of a sentence: `412 people`; short: `412`, where the noun was just said. */
export function some(count: Count, language: Language, short = false): string {
  const words = wordsOf(language).compare;
  if (isNone(count)) return words.nobody;
  if (count.state === "covered") return short ? words.someShort : words.somePeople;
  if (count.state === "withheld") return words.withheldPeople;
  return short ? countText(count, language) : told(words.people, { count: countText(count, language) });
}

/** `412 people lose and 1,203 gain`: losers first. */
export function loseAndGain(lose: Count, gain: Count, language: Language): string {
  const words = wordsOf(language).compare;
  const first = isNone(lose) ? words.nobodyLoses : told(words.lose, { count: some(lose, language) });
  const second = isNone(gain) ? words.nobodyGains : told(words.gain, { count: some(gain, language, !isNone(lose)) });
  return told(words.and, { first, second });
}

export function everybody(head: ComparisonHead): GroupChange | null {
  return head.groups.find((one) => one.dimension === "total") ?? null;
}

/** Who loses and who gains, in one sentence; then who is cut off or newly gets there. */
export function headline(head: ComparisonHead, language: Language): string[] {
  const words = wordsOf(language).compare;
  const all = everybody(head);
  if (!all) {
    const { lose, gain, same, unknown } = head.units;
    const count = (number: number) => numberText(number, language, 0);
    return [
      sentence(
        told(words.unitsChange, { of: count(lose + gain + same + unknown), lose: count(lose), gain: count(gain) }),
      ),
    ];
  }
  const nounSaid = !isNone(all.lose);
  const rest: string[] = [];
  if (!isNone(all.same)) rest.push(told(words.seeNoChange, { count: some(all.same, language, nounSaid) }));
  if (!isNone(all.unknown)) rest.push(told(words.notKnownFor, { count: some(all.unknown, language) }));
  const said = [sentence([loseAndGain(all.lose, all.gain, language), ...rest].join("; "))];
  if (!isNone(all.cut_off)) said.push(sentence(told(words.cutOff, { count: some(all.cut_off, language) })));
  if (!isNone(all.reached)) said.push(sentence(told(words.reached, { count: some(all.reached, language) })));
  return said;
}

/** How much it changes for those who lose, and for those who gain. */
export function sizes(head: ComparisonHead, language: Language): string[] {
  const words = wordsOf(language).compare;
  const said: string[] = [];
  for (const side of ["lose", "gain"] as const) {
    const size = head[side];
    if (!size) continue;
    const [before, after] = [size.before, size.after].map((value) => measured(value, head.unit, language));
    said.push(told(side === "lose" ? words.sizeLose : words.sizeGain, { before: before ?? "", after: after ?? "" }));
  }
  return said;
}

/** How sure it is. */
export function certainty(head: ComparisonHead, language: Language): string {
  const words = wordsOf(language).compare;
  if (!head.uncertain) return words.oneDraw;
  const all = everybody(head);
  const draws = { draws: numberText(head.draws, language, 0), share: shareText(head.sure, language) };
  if (!all?.sure_lose || !all.sure_gain || (isNone(all.lose) && isNone(all.gain))) return told(words.sureDraws, draws);
  return told(words.sure, { ...draws, who: loseAndGain(all.sure_lose, all.sure_gain, language) });
}

/** What one unit has before and after, and how that changes. */
export function unitSentence(change: UnitChange, unit: string, language: Language): string {
  const words = wordsOf(language).compare;
  const value = (number: number | null, name: string) =>
    number === null ? words.outOfReach : measured(number, name, language);
  const bothTold = change.before !== null && change.after !== null; // then the unit is said once
  const from = told(words.fromTo, {
    before: value(change.before, bothTold ? "1" : unit),
    after: value(change.after, unit),
  });
  if (change.reach === "cut off") return `${from} · ${words.isCutOff}`;
  if (change.reach === "reached") return `${from} · ${words.isReached}`;
  return `${from} · ${signed(change.change ?? 0, "1", language)}`;
}

/** What to call a unit: its area, a street nearby, or only its id. */
export function whereabouts(unit: UnitChange, language: Language): string {
  const words = wordsOf(language).compare;
  if (unit.place && unit.near) return told(words.placeNear, { place: unit.place, street: unit.near });
  if (unit.near) return told(words.near, { street: unit.near });
  return unit.place ?? told(words.unitNamed, { id: unit.id });
}

/** A measured number as a planner says it: one decimal, two below one. */
export function measured(value: number, unit: string, language: Language): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(Number(value.toFixed(2))) ? 0 : size >= 1 ? 1 : 2;
  return valueText(value, unit, language, digits);
}

/** A change with its sign: `+4.5 min`, `−3 places`. */
export function signed(value: number, unit: string, language: Language): string {
  const size = measured(Math.abs(value), unit, language);
  return value > 0 ? `+${size}` : value < 0 ? `−${size}` : size;
}

/** About how many live in a unit; told: rounded to five. */
export function about(people: number | null, language: Language): string {
  const words = wordsOf(language).compare;
  return people === null ? words.fewLive : told(words.aboutPeople, { count: numberText(people, language, 0) });
}

/** The name of a dimension or a group of people, where these words know it. */
export function groupName(group: GroupChange, language: Language): string {
  return group.dimension === "total" ? wordsOf(language).compare.everybody : group.group;
}

export function dimensionName(dimension: string, language: Language): string {
  const known: Readonly<Record<string, string>> = wordsOf(language).compare.dimensions;
  return known[dimension] ?? dimension.replaceAll("_", " ");
}

export function measureName(measure: string, name: string, language: Language): string {
  const known: Readonly<Record<string, string>> = wordsOf(language).compare.measures;
  return known[measure] ?? name;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
