/** How much there is of each value, and a brush over it that shows where: by dragging, or with the arrow keys. */

import { useRef } from "preact/hooks";
import { useLanguage, useWords } from "../app/context";
import { type Classes, classOf } from "../map/classes";
import { numberText, SMALL_COUNT, unitText, valueText } from "../words/format";
import { told } from "../words/words";
import type { Bars } from "./shown";

type Props = {
  readonly bars: Bars;
  readonly classes: Classes;
  readonly palette: readonly string[];
  readonly unit: string;
  readonly people: boolean;
  readonly brush: readonly [number, number] | null;
  readonly inside: number; // units within the brush
  readonly living: number | null; // people in them, where people are counted
  readonly of: number;
  readonly onBrush: (brush: readonly [number, number] | null) => void;
};

const WIDTH = 320;
const HEIGHT = 72;

export function Histogram({ bars, classes, palette, unit, people, brush, inside, living, of, onBrush }: Props) {
  const language = useLanguage();
  const words = useWords().look;
  const drawing = useRef<SVGSVGElement>(null);
  const from = useRef<number | null>(null);
  const { low, high, weight, typical } = bars;
  const step = (high - low) / weight.length;
  const tallest = Math.max(...weight, 1);
  const x = (value: number) => ((value - low) / (high - low)) * WIDTH;
  const [left, right] = brush ?? [low, high];

  const valueAt = (event: PointerEvent) => {
    const box = drawing.current?.getBoundingClientRect();
    if (!box) return low;
    return low + Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * (high - low);
  };
  const drag = (event: PointerEvent) => {
    if (from.current === null) return;
    const now = valueAt(event);
    const ends = [Math.min(from.current, now), Math.max(from.current, now)] as const;
    if (ends[1] - ends[0] > step / 4) onBrush(ends);
  };
  const move = (end: 0 | 1) => (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
    const to = { Home: low, End: high }[event.key];
    if (by === undefined && to === undefined) return;
    event.preventDefault();
    const ends: [number, number] = [left, right];
    ends[end] = Math.min(Math.max(to ?? ends[end] + (by ?? 0) * step, low), high);
    if (ends[0] <= ends[1]) onBrush(ends);
  };
  const handle = (end: 0 | 1, name: string) => {
    const at = end === 0 ? left : right;
    return (
      <div
        class="handle"
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-valuemin={low}
        aria-valuemax={high}
        aria-valuenow={at}
        aria-valuetext={valueText(at, unit, language)}
        style={{ left: `${(100 * x(at)) / WIDTH}%` }}
        onKeyDown={move(end)}
      />
    );
  };
  return (
    <section class="histogram" aria-label={people ? words.histogram : words.histogramUnits}>
      <h3>{people ? words.histogram : words.histogramUnits}</h3>
      <div class="bars">
        <svg
          ref={drawing}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            from.current = valueAt(event);
          }}
          onPointerMove={drag}
          onPointerUp={() => {
            from.current = null;
          }}
        >
          {Array.from(weight, (some, at) => {
            const tall = (some / tallest) * (HEIGHT - 2);
            const middle = low + (at + 0.5) * step;
            const lit = middle >= left && middle <= right;
            return (
              <rect
                key={`${at}`}
                x={(at * WIDTH) / weight.length}
                y={HEIGHT - (some > 0 ? Math.max(tall, 1.5) : 0)}
                width={WIDTH / weight.length - 0.6}
                height={some > 0 ? Math.max(tall, 1.5) : 0}
                fill={palette[classOf(typical[at] as number, classes)]}
                opacity={lit ? 1 : 0.25}
              />
            );
          })}
          {brush && <rect class="brush" x={x(left)} y={0} width={Math.max(x(right) - x(left), 1)} height={HEIGHT} />}
        </svg>
        {handle(0, words.brushLow)}
        {handle(1, words.brushHigh)}
      </div>
      <div class="axis quiet" aria-hidden="true">
        <span>{numberText(low, language)}</span>
        <span>{unitText(unit, language)}</span>
        <span>{numberText(high, language)}</span>
      </div>
      {brush ? (
        <p class="row" aria-live="polite">
          {told(living === null ? words.brushed : living < SMALL_COUNT ? words.brushedHardly : words.brushedPeople, {
            people: numberText(living ?? 0, language),
            n: numberText(inside, language),
            of: numberText(of, language),
            low: valueText(left, unit, language),
            high: valueText(right, unit, language),
          })}
          <button type="button" onClick={() => onBrush(null)}>
            {words.brushClear}
          </button>
        </p>
      ) : (
        <small>{words.brushHint}</small>
      )}
    </section>
  );
}
