/** The same question through the day: several departures worked out, then scrubbed or played. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useDispatch, useLanguage, useView, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import { answer, requestOf, values } from "../server/answers";
import type { Progress } from "../server/facade";
import type { Indicator, Problem } from "../server/types";
import { numberText } from "../words/format";
import { told } from "../words/words";
import { fieldOf } from "./shown";

/** Every other hour of the waking day. */
export const DEPARTURES = ["06:00", "08:00", "10:00", "12:00", "14:00", "16:00", "18:00", "20:00", "22:00"] as const;
const STEP_MS = 1500; // how long each departure stays while playing

type Props = {
  readonly settled: boolean; // the answer on the map is the one asked for
  readonly onDay: (numbers: readonly Float64Array[]) => void; // of all departures that are ready, for common classes
};

/** Whether a question has a time of departure. */
export function hasDepartures(indicator: Indicator | undefined): boolean {
  return indicator?.params.some((param) => param.name === "depart" && param.offers === "time") ?? false;
}

export function Day({ settled, onDay }: Props) {
  const view = useView();
  const dispatch = useDispatch();
  const language = useLanguage();
  const words = useWords().look;
  const [ready, setReady] = useState<ReadonlyMap<string, Float64Array>>(new Map());
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [playing, play] = useState(false);
  const end = useRef<AbortController | null>(null);
  useEffect(() => () => end.current?.abort(), []);
  useEffect(() => onDay([...ready.values()]), [ready]);

  const work = async () => {
    const stop = new AbortController();
    end.current = stop;
    setProblems([]);
    for (const [at, depart] of DEPARTURES.entries()) {
      const whole = (share: number | null) => (at + (share ?? 0)) / DEPARTURES.length;
      const request = requestOf(view.city, { ...view.ask, params: { ...view.ask.params, depart } });
      setProgress({ share: whole(0), words: told(words.depart, { time: depart }) });
      const onProgress = (part: Progress) => setProgress({ share: whole(part.share), words: part.words });
      const head = await answer(request, language, { signal: stop.signal, onProgress });
      const numbers = head.kind === "ok" ? await values(head.value.key, language, stop.signal) : head;
      if (stop.signal.aborted) return;
      if (numbers.kind === "refused") setProblems(numbers.problems);
      if (numbers.kind !== "ok") break;
      const field = fieldOf(numbers.value);
      setReady((before) => new Map([...before, [depart, field.value]]));
    }
    setProgress(null);
  };
  const cancel = () => {
    end.current?.abort();
    setProgress(null);
  };

  const known = DEPARTURES.filter((depart) => ready.has(depart));
  const now = String(view.ask.params.depart ?? "08:00");
  const at = Math.max(known.indexOf(now as (typeof DEPARTURES)[number]), 0);
  const go = (to: number) => {
    const depart = known[(to + known.length) % known.length];
    if (depart) dispatch({ do: "param", name: "depart", value: depart });
  };
  useEffect(() => {
    if (!playing || !settled || known.length < 2) return;
    const waiting = setTimeout(() => go(at + 1), STEP_MS);
    return () => clearTimeout(waiting);
  }, [playing, settled, at, known.length]);

  return (
    <section class="day" aria-label={words.day}>
      <h3>{words.day}</h3>
      {known.length < 2 && !progress && (
        <>
          <small>{words.dayHelp}</small>
          <button type="button" onClick={work}>
            {told(words.dayAsk, { n: DEPARTURES.length })}
          </button>
        </>
      )}
      {progress && <Working progress={progress} cancel={cancel} />}
      {problems.length > 0 && <Problems problems={problems} again={work} />}
      {known.length >= 2 && (
        <>
          <div class="row">
            <button type="button" aria-pressed={playing} onClick={() => play(!playing)}>
              {playing ? words.pause : words.play}
            </button>
            <input
              type="range"
              min={0}
              max={known.length - 1}
              step={1}
              value={at}
              aria-label={words.day}
              aria-valuetext={told(words.depart, { time: known[at] ?? now })}
              onInput={(event) => {
                play(false);
                go(Number(event.currentTarget.value));
              }}
            />
            <output>{told(words.depart, { time: now })}</output>
          </div>
          <small>
            {told(words.dayReady, {
              n: numberText(known.length, language),
              of: numberText(DEPARTURES.length, language),
            })}
          </small>
        </>
      )}
    </section>
  );
}
