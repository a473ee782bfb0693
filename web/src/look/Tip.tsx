/** What a unit's number is, beside the pointer: value, range, why there is none, and who lives there. */

import { useLanguage, usePage, useWords } from "../app/context";
import { peopleText, valueText } from "../words/format";
import { told } from "../words/words";
import type { Field } from "./shown";

export type Line = { readonly title: string; readonly unit: string; readonly field: Field; readonly reason: string };

type Props = {
  readonly unit: number;
  readonly x: number;
  readonly y: number;
  readonly lines: readonly Line[];
  readonly name: string | null;
  readonly people: number | null | undefined; // undefined: not known
};

export function Tip({ unit, x, y, lines, name, people }: Props) {
  const language = useLanguage();
  const words = useWords().look;
  const { over } = usePage();
  const [wide, high] = [over?.clientWidth ?? 0, over?.clientHeight ?? 0];
  const side = `${x > wide / 2 ? "left" : "right"} ${y > high / 2 ? "above" : "below"}`;
  return (
    <div class={`tip ${side}`} style={{ left: `${x}px`, top: `${y}px` }}>
      {name && <strong>{name}</strong>}
      {lines.map((line) => (
        <div key={line.title}>
          {lines.length > 1 && <small>{line.title}</small>}
          <ValueLine line={line} unit={unit} />
        </div>
      ))}
      {people !== undefined && <small>{told(words.livesHere, { n: peopleText(people, language) })}</small>}
    </div>
  );
}

/** One number in words, with its range and its reason. */
export function ValueLine({ line, unit }: { readonly line: Line; readonly unit: number }) {
  const language = useLanguage();
  const words = useWords().look;
  const { value, low, high } = line.field;
  const number = value[unit] ?? Number.NaN;
  const text = (some: number) => (Number.isFinite(some) ? valueText(some, line.unit, language) : words.unreachable);
  const [below, above] = [low?.[unit] ?? Number.NaN, high?.[unit] ?? Number.NaN];
  return (
    <>
      <b>{Number.isNaN(number) ? words.unknown : text(number)}</b>
      {!Number.isNaN(below) && (
        <small>
          {told(words.range, { low: text(below), high: text(Number.isNaN(above) ? Number.POSITIVE_INFINITY : above) })}
        </small>
      )}
      {!Number.isFinite(number) && line.reason && <small>{line.reason}</small>}
    </>
  );
}
