/** Below every map: whom to credit, which edition, how sure, and where to read more. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useDispatch, useLanguage, usePage, useView, useWords } from "../app/context";
import { type Sources, sources } from "../server/handover";
import { numberText } from "../words/format";
import { told } from "../words/words";

export function SourceLine() {
  const { city } = usePage();
  const { ask, mode } = useView();
  const dispatch = useDispatch();
  const words = useWords().explain;
  const language = useLanguage();
  const [found, tell] = useState<Sources | null>(null);
  useEffect(() => {
    const end = new AbortController();
    void sources(city.name, end.signal).then((reply) => reply.kind === "ok" && tell(reply.value));
    return () => end.abort();
  }, [city.name, city.version]);
  const sure =
    ask.draws > 1 && mode.mode !== "change"
      ? told(words.lineDraws, { draws: numberText(ask.draws, language) })
      : words.lineOneDraw;
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const [own, sheet] = [line.current, line.current?.parentElement];
    if (!own || !sheet) return;
    const tell = () => sheet.style.setProperty("--credits", `${own.offsetHeight}px`); // what floats above it keeps clear
    const watch = new ResizeObserver(tell);
    watch.observe(own);
    return () => watch.disconnect();
  }, []);
  const parts = [...city.attributions, editions(found?.vintages ?? [], words.edition, words.editions), sure];
  return (
    <p class="sources" ref={line}>
      {parts.filter(Boolean).join(" · ")}
      {mode.mode !== "explain" && (
        <button type="button" class="plain" onClick={() => dispatch({ do: "enter", mode: "explain" })}>
          {words.more}
        </button>
      )}
    </p>
  );
}

/** `edition 2026-06-16`, or from the first to the last of several; what is no date is told when there is nothing else. */
export function editions(vintages: readonly string[], one: string, many: string): string {
  const dated = vintages.flatMap((vintage) => vintage.match(/\b\d{4}(-\d{2}){0,2}\b/)?.[0] ?? []);
  const sorted = (dated.length ? dated : [...vintages]).sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return "";
  return first === last ? `${one} ${first}` : `${many} ${first} – ${last}`;
}
