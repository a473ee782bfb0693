/** What each class of a map holds, in words. */

import { type Classes, countOf, digitsOf } from "../map/classes";
import type { Language } from "../state/state";
import type { Words } from "../words/en";
import { numberText } from "../words/format";
import { told } from "../words/words";

export function classLabels(classes: Classes, language: Language, words: Words): string[] {
  const { edges, each, low, high } = classes;
  if (each) return each.map((value) => numberText(value, language));
  if (!edges.length) return countOf(classes) ? [numberText(low, language)] : [];
  const digits = digitsOf(classes);
  const whole = digits === 0 && Number.isInteger(low) && Number.isInteger(high);
  const text = (value: number) => numberText(value, language, digits);
  const fromTo = (from: number, to: number) =>
    from === to ? text(from) : told(words.look.fromTo, { low: text(from), high: text(to) });
  if (whole)
    return [low, ...edges].map((from, at) => fromTo(from, at < edges.length ? (edges[at] as number) - 1 : high));
  return [
    told(words.look.under, { high: text(edges[0] as number) }),
    ...edges.slice(1).map((to, at) => fromTo(edges[at] as number, to)),
    told(words.look.more_, { low: text(edges.at(-1) as number) }),
  ];
}
