/** The question: which indicator, with what parameters, on which units, how sure. */

import { useRef, useState } from "preact/hooks";
import { useDispatch, usePage, usePick, useView, useWords } from "../app/context";
import { ParamField, sentence } from "../parts/param_field";
import type { Indicator, Param, Problem } from "../server/types";
import { told } from "../words/words";
import { filledIn, leading, startingParams } from "./default_ask";

const DRAWS = [1, 10, 30];

/** picking: the parameter whose place is being picked on the map. */
export type Picking = { readonly picking: string | null; readonly setPicking: (param: string | null) => void };

type Props = Picking & { readonly problems: readonly Problem[] };

export function QuestionForm({ problems, ...picking }: Props) {
  const { catalogue } = usePage();
  const { ask } = useView();
  const able = catalogue.indicators.filter((one) => !one.missing.length);
  const chosen = able.find((one) => one.id === ask.indicator);
  return (
    <form class="question" onSubmit={(event) => event.preventDefault()}>
      <Chooser chosen={chosen ?? null} able={able} />
      {chosen && <Fields key={chosen.id} indicator={chosen} problems={problems} {...picking} />}
    </form>
  );
}

/** The question in full; opened, all others, and what this city cannot answer yet with what would mend that. */
function Chooser({ chosen, able }: { readonly chosen: Indicator | null; readonly able: readonly Indicator[] }) {
  const { city, catalogue } = usePage();
  const dispatch = useDispatch();
  const words = useWords().look;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDetailsElement>(null);
  const choose = (next: Indicator) => {
    dispatch({ do: "ask", ask: { indicator: next.id, params: startingParams(next, city) } });
    setOpen(false);
    place.current?.querySelector("summary")?.focus();
  };
  const unable = catalogue.indicators.filter((one) => one.missing.length);
  return (
    <details class="chooser" ref={place} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary title={words.choose} lang={chosen?.question.lang}>
        <span class="hidden">{told(words.question, { city: city.name })}: </span>
        {chosen?.question.text ?? words.choose}
      </summary>
      <ul>
        {able.map((one) => (
          <li key={one.id}>
            <button type="button" lang={one.question.lang} aria-pressed={one === chosen} onClick={() => choose(one)}>
              {one.question.text}
            </button>
          </li>
        ))}
      </ul>
      {unable.length > 0 && (
        <>
          <h2>{words.missing}</h2>
          <ul class="missing">
            {unable.map((one) => (
              <li key={one.id}>
                <span lang={one.question.lang}>{one.question.text}</span>
                {one.missing.map(({ layer, sources }) => (
                  <small key={layer}>
                    {told(sources.length ? words.missingOne : words.missingNone, {
                      layer,
                      sources: sources.join(", "),
                    })}
                  </small>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

function Fields({ indicator, problems, picking, setPicking }: Props & { readonly indicator: Indicator }) {
  const { city } = usePage();
  const { ask } = useView();
  const dispatch = useDispatch();
  const words = useWords().look;
  usePick((pick) => {
    if (!picking) return;
    const place = pick.features().find((feature) => feature.layer === "places");
    dispatch({ do: "param", name: picking, value: place?.id ?? `${pick.lon.toFixed(6)},${pick.lat.toFixed(6)}` });
    setPicking(null);
  });
  const values = filledIn(indicator, ask.params);
  const field = (param: Param) => (
    <ParamField
      key={param.name}
      param={param}
      value={values[param.name]}
      city={city}
      onChange={(value) => dispatch({ do: "param", name: param.name, value })}
      problem={problems.find((one) => one.where.split(/[ ,.]+/).at(-1) === param.name)?.what}
      picking={
        param.offers === "place"
          ? { active: picking === param.name, toggle: () => setPicking(picking ? null : param.name) }
          : undefined
      }
    />
  );
  return (
    <>
      {indicator.params.filter(leading).map(field)}
      <details>
        <summary>{words.more}</summary>
        <div class="fields">
          {indicator.params.filter((param) => !leading(param)).map(field)}
          <div class="field">
            <label for="support">{words.support}</label>
            <select
              id="support"
              aria-describedby="support-help"
              value={ask.support}
              onChange={(event) => dispatch({ do: "ask", ask: { support: event.currentTarget.value } })}
            >
              {!city.supports.some((one) => one.spec === ask.support) && <option>{ask.support}</option>}
              {city.supports.map((one) => (
                <option key={one.spec} value={one.spec}>
                  {sentence(one.label)}
                </option>
              ))}
            </select>
            <small id="support-help">{words.supportHelp}</small>
          </div>
          <div class="field">
            <label for="draws">{words.draws}</label>
            <select
              id="draws"
              aria-describedby="draws-help"
              value={String(ask.draws)}
              disabled={!indicator.uncertain.length}
              onChange={(event) => dispatch({ do: "ask", ask: { draws: Number(event.currentTarget.value) } })}
            >
              {[...new Set([...DRAWS, ask.draws])].map((draws) => (
                <option key={draws} value={String(draws)}>
                  {draws === 1 ? words.drawsOne : told(words.drawsMany, { n: draws })}
                </option>
              ))}
            </select>
            <small id="draws-help">{indicator.uncertain.length ? words.drawsHelp : words.noSpread}</small>
          </div>
        </div>
      </details>
    </>
  );
}
