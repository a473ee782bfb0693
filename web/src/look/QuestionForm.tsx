/** The question: which indicator, with what parameters, on which units, how sure. */

import { useState } from "preact/hooks";
import { useDispatch, usePage, usePick, useView, useWords } from "../app/context";
import { ParamField, sentence } from "../parts/param_field";
import type { Indicator, Param, Problem } from "../server/types";
import { told } from "../words/words";
import { filledIn, startingParams } from "./default_ask";

const DRAWS = [1, 10, 30];

/** Fields that make the question what it is; the others wait under "more settings". */
function leading(param: Param): boolean {
  const named = ["minutes", "max_minutes", "count", "enough"].includes(param.name);
  return param.required || ["kinds", "opportunities", "place", "time"].includes(param.offers) || named;
}

export function QuestionForm({ problems }: { readonly problems: readonly Problem[] }) {
  const { city, catalogue } = usePage();
  const { ask } = useView();
  const dispatch = useDispatch();
  const words = useWords().look;
  const able = catalogue.indicators.filter((one) => !one.missing.length);
  const chosen = able.find((one) => one.id === ask.indicator);
  const choose = (id: string) => {
    const next = able.find((one) => one.id === id);
    if (next) dispatch({ do: "ask", ask: { indicator: id, params: startingParams(next, city) } });
  };
  return (
    <form class="question" onSubmit={(event) => event.preventDefault()}>
      <label class="hidden" for="question">
        {told(words.question, { city: city.name })}
      </label>
      <select id="question" class="big" value={ask.indicator} onChange={(event) => choose(event.currentTarget.value)}>
        {able.map((one) => (
          <option key={one.id} value={one.id} lang={one.question.lang}>
            {one.question.text}
          </option>
        ))}
      </select>
      {chosen && <Fields key={chosen.id} indicator={chosen} problems={problems} />}
      <Missing />
    </form>
  );
}

function Fields({ indicator, problems }: { readonly indicator: Indicator; readonly problems: readonly Problem[] }) {
  const { city } = usePage();
  const { ask } = useView();
  const dispatch = useDispatch();
  const words = useWords().look;
  const [picking, setPicking] = useState<string | null>(null);
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

/** Questions this city lacks a layer for, and what would provide it. */
function Missing() {
  const { catalogue } = usePage();
  const words = useWords().look;
  const unable = catalogue.indicators.filter((one) => one.missing.length);
  if (!unable.length) return null;
  return (
    <details>
      <summary>{words.missing}</summary>
      <ul class="missing">
        {unable.map((one) => (
          <li key={one.id}>
            <span lang={one.question.lang}>{one.question.text}</span>
            {one.missing.map(({ layer, sources }) => (
              <small key={layer}>
                {told(sources.length ? words.missingOne : words.missingNone, { layer, sources: sources.join(", ") })}
              </small>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
