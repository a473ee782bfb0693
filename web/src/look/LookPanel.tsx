/** Look: one question, its answer on the map, and whatever makes the answer clearer. */

import "./look.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  useHover,
  useLanguage,
  useMapTable,
  useMode,
  usePage,
  usePick,
  usePicture,
  useTheme,
  useView,
  useWords,
} from "../app/context";
import type { Paint } from "../map/city_map";
import { classesOf } from "../map/classes";
import { OnMap } from "../parts/on_map";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import { requestOf, unitTiles } from "../server/answers";
import { address } from "../server/facade";
import type { AreaSummaries } from "../server/types";
import { useAnswer } from "../server/use_answer";
import type { Ask } from "../state/mode";
import { told } from "../words/words";
import { Day, hasDepartures } from "./Day";
import { stillNeeded } from "./default_ask";
import { Headline } from "./Headline";
import { Histogram } from "./Histogram";
import { Legend, SquareLegend } from "./Legend";
import { Options } from "./Options";
import { QuestionForm } from "./QuestionForm";
import { barsOf, bothOf, codesOf, type Field, fieldOf, held, livingWithin, paintOf, within } from "./shown";
import { type Line, Tip } from "./Tip";
import { answerFigures, areaFigures, captionOf, unitTable } from "./unit_table";
import { everybody, useAreas, usePeople, useUnits } from "./use_shown";
import { WhyCard } from "./WhyCard";

export function LookPanel() {
  const view = useView();
  const looking = useMode("look");
  const { map, announce, catalogue } = usePage();
  const theme = useTheme();
  const language = useLanguage();
  const words = useWords();
  const mode = looking?.[0] ?? null;
  const set = looking?.[1];

  const indicator = catalogue.indicators.find((one) => one.id === view.ask.indicator);
  const needed = stillNeeded(indicator, view.ask.params);
  const [chosen, setPicking] = useState<string | null>(null);
  const picking = chosen ?? (needed?.offers === "place" ? needed.name : null);
  const answer = useAnswer(view.ask.indicator && !needed ? requestOf(view.city, view.ask) : null);
  const ready = answer.kept;
  const second = useAnswer(mode?.second ? requestOf(view.city, { ...mode.second, support: view.ask.support }) : null);
  const areas = useAreas(ready?.head.key ?? null, mode?.areas ?? null);

  const field = useMemo(() => (ready ? fieldOf(ready.values) : null), [ready]);
  const other = useMemo(
    () => (second.kept && mode?.second ? fieldOf(second.kept.values) : null),
    [second.kept, mode?.second],
  );
  const areaField = useMemo(
    () => (areas.value && mode?.areas ? areaFieldOf(areas.value) : null),
    [areas.value, mode?.areas],
  );
  const shown = areaField ?? field;
  const digest = areaField ? (areas.value?.support_digest ?? null) : (ready?.head.support_digest ?? null);
  const fetched = usePeople(areaField ? null : digest);
  const people = areaField ? (areas.value?.people ?? null) : everybody(fetched);
  const counted = people?.some((count) => count !== 0) ? people : null;
  const names = areaField ? (areas.value?.names ?? null) : (fetched?.names ?? null);
  const weight = useMemo(() => (counted ? Float64Array.from(counted, (count) => count ?? 0) : null), [counted]);
  const units = useUnits(view.table ? digest : null);

  const scheme = mode?.scheme ?? "quantile";
  const number = mode?.classes ?? 6;
  const [day, setDay] = useState<readonly Float64Array[]>([]);
  const classes = useMemo(() => {
    if (!shown) return null;
    const all = day.length && !areaField ? Float64Array.from([shown.value, ...day].flatMap((some) => [...some])) : null;
    return classesOf(all ?? shown.value, number, scheme);
  }, [shown, day, areaField, number, scheme]);
  const both = useMemo(
    () => (field && other && other.value.length === field.value.length ? bothOf(field, other, scheme, theme) : null),
    [field, other, scheme, theme],
  );
  const brush = mode?.brush ?? null;
  const unsure = mode?.unsure ?? "hide";
  const paint: Paint | null = useMemo(() => {
    if (both && field)
      return brush
        ? { ...both.paint, shown: paintOf(field, both.first, theme, brush, "hide").shown ?? null }
        : both.paint;
    return shown && classes ? paintOf(shown, classes, theme, brush, unsure) : null;
  }, [shown, classes, both, field, theme, brush, unsure]);

  useEffect(() => {
    if (map && needed) map.setUnits(null); // what was shown answers another question
    if (!map || !digest) return;
    map.setUnits({ tiles: unitTiles(digest) });
    if (paint) map.paint(paint);
  }, [map, digest, paint, needed]);
  const pinned = mode && ready && mode.pinned !== null && mode.pinned < ready.head.count ? mode.pinned : null;
  useEffect(() => map?.pin(areaField ? null : pinned), [map, pinned, areaField, digest]);
  useEffect(() => () => map?.pin(null), [map]);

  const spoken = useRef("");
  useEffect(() => {
    if (answer.kind !== "ready" || spoken.current === answer.kept.head.key) return;
    if (spoken.current) announce(told(words.look.ready, { title: answer.kept.head.title }), false);
    spoken.current = answer.kept.head.key;
  }, [answer]);

  const [hover, setHover] = useState<{ unit: number; x: number; y: number } | null>(null);
  useHover((pick) => setHover(pick && pick.unit !== null ? { unit: pick.unit, x: pick.x, y: pick.y } : null));
  usePick((pick) => {
    if (!areaField && !picking) set?.({ pinned: pick.unit });
  });

  const title = ready?.head.title ?? "";
  const unit = ready?.head.unit ?? "";
  const reasonOf = (values: NonNullable<typeof ready>["values"], at: number) =>
    values.reasons[String(values.reason[at])] ?? "";
  const linesOf = (at: number): Line[] => {
    if (!ready || !field) return [];
    if (areaField) return [{ title, unit, field: areaField, reason: people?.[at] === 0 ? words.look.nobodyHere : "" }];
    const first = { title, unit, field, reason: reasonOf(ready.values, at) };
    if (!both || !other || !second.kept) return [first];
    const { head, values } = second.kept;
    return [first, { title: head.title, unit: head.unit, field: other, reason: reasonOf(values, at) }];
  };

  const noteOf = (at: number) => {
    const value = shown?.value[at] ?? Number.NaN;
    if (Number.isFinite(value) || !ready) return "";
    if (areaField) return Number.isNaN(value) ? words.look.unknown : words.look.unreachable;
    return reasonOf(ready.values, at);
  };
  const tableOf = () => {
    if (!ready || !shown || !field || !view.table) return null;
    const summaries = areaField ? areas.value : null;
    const beside = both && other && second.kept ? { field: other, ...second.kept.head } : null;
    const key = [ready.head.key, digest, units?.count, counted !== null, beside?.key];
    const parts = {
      key: JSON.stringify(key),
      caption: captionOf(title, summaries !== null, words),
      count: shown.value.length,
      figures: summaries ? areaFigures(summaries, words) : answerFigures({ field, unit }, beside, words),
      name: (at: number) => names?.[at] ?? summaries?.ids[at] ?? units?.ids[at] ?? String(at),
      note: noteOf,
      people: counted,
    };
    return unitTable(parts, words, language);
  };
  useMapTable(tableOf());
  usePicture(ready ? { address: address(pictureOf(ready.head.key, classes?.edges ?? [])), title } : null);

  if (!mode || !set) return null;
  if (!view.ask.indicator) return <p>{words.look.noAnswer}</p>;
  const bars = shown ? barsOf(shown.value, weight) : null;
  const counts = paint ? held(paint.codes, paint.palette.length, weight) : null;
  const single =
    shown && classes
      ? { codes: codesOf(shown, classes), palette: paintOf(shown, classes, theme, null, "hide").palette }
      : null;
  const ranged = Boolean(shown?.low);
  const note =
    !ranged || both
      ? ""
      : unsure === "texture"
        ? words.look.unsureLegend
        : unsure === "fade"
          ? words.look.fadeLegend
          : "";
  const unitsHeld = paint ? held(paint.codes, paint.palette.length, null) : null;
  const inside = brush && shown ? shown.value.reduce((sum, value) => sum + (within(value, brush) ? 1 : 0), 0) : 0;
  return (
    <>
      <QuestionForm
        problems={answer.kind === "refused" ? answer.problems : []}
        picking={picking}
        setPicking={setPicking}
      />
      {needed && <p role="status">{needed.offers === "place" ? words.look.pickPlace : words.form.empty}</p>}
      {answer.kind === "working" && <Working progress={answer.progress} cancel={answer.cancel} />}
      {answer.kind === "cancelled" && (
        <p class="row">
          {words.app.cancelled}
          <button type="button" onClick={answer.again}>
            {words.app.again}
          </button>
        </p>
      )}
      {answer.kind === "refused" && (
        <Problems
          problems={answer.problems}
          again={answer.again}
          {...(answer.status === 0 ? { title: words.app.noServer } : {})}
        />
      )}
      {ready && <Headline head={ready.head} />}
      {bars && classes && single && (
        <Histogram
          bars={bars}
          classes={classes}
          palette={single.palette}
          unit={unit}
          people={weight !== null}
          brush={brush}
          inside={inside}
          living={brush && shown && weight ? livingWithin(shown.value, brush, weight) : null}
          of={shown?.value.length ?? 0}
          onBrush={(ends) => set({ brush: ends })}
        />
      )}
      {hasDepartures(indicator) && !needed && (
        <Day key={dayKey(view.city, view.ask)} settled={answer.kind === "ready"} onDay={setDay} />
      )}
      {second.kind === "working" && <Working progress={second.progress} cancel={second.cancel} />}
      {second.kind === "refused" && <Problems problems={second.problems} again={second.again} />}
      {areas.problems.length > 0 && <Problems problems={areas.problems} />}
      {ready && <Options uncertain={ready.head.uncertain} />}
      {pinned === null && ready && !areaField && <small>{words.look.clickHint}</small>}
      {counts && unitsHeld && paint && classes && ready && (
        <OnMap>
          {both && second.kept ? (
            <SquareLegend
              first={{ title, unit, classes: both.first }}
              second={{ title: second.kept.head.title, unit: second.kept.head.unit, classes: both.second }}
              palette={paint.palette}
              counts={counts}
              people={weight !== null}
            />
          ) : (
            <Legend
              title={title}
              unit={unit}
              classes={classes}
              palette={paint.palette}
              counts={counts}
              units={unitsHeld}
              people={weight !== null}
              note={note}
              hatched={unsure === "texture"}
            />
          )}
        </OnMap>
      )}
      {hover && shown && hover.unit < shown.value.length && (areaField || hover.unit !== pinned) && (
        <OnMap place="over">
          <Tip
            {...hover}
            lines={linesOf(hover.unit)}
            name={names?.[hover.unit] ?? null}
            people={counted?.[hover.unit]}
          />
        </OnMap>
      )}
      {pinned !== null && !areaField && linesOf(pinned)[0] && (
        <WhyCard
          unit={pinned}
          line={linesOf(pinned)[0] as Line}
          people={counted?.[pinned]}
          onClose={() => set({ pinned: null })}
        />
      )}
    </>
  );
}

/** A picture of an answer in the classes of the map. */
function pictureOf(key: string, edges: readonly number[]): string {
  return `/api/values/${key}/export.png?${new URLSearchParams(edges.map((edge) => ["edges", String(edge)]))}`;
}

/** Everything about a question but its departure. */
function dayKey(city: string, ask: Ask): string {
  return JSON.stringify([city, { ...ask, params: { ...ask.params, depart: "" } }]);
}

/** Means of areas as numbers of a map. */
function areaFieldOf(areas: AreaSummaries): Field {
  const value = Float64Array.from(areas.mean, (number) => number ?? Number.NaN);
  for (const at of areas.unreachable) value[at] = Number.POSITIVE_INFINITY;
  return { value, low: null, high: null };
}
