/** Compare: who gains and who loses by a plan, where, which groups, how sure; and several plans side by side. */

import "./compare.css";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import {
  useAppState,
  useDispatch,
  useLanguage,
  useMapTable,
  useMode,
  usePage,
  usePick,
  useTheme,
  useView,
  useWords,
} from "../app/context";
import { fieldOf, paletteOf, codesOf as valueCodes } from "../look/shown";
import { canDraw, type Paint, type Pick } from "../map/city_map";
import { classesOf } from "../map/classes";
import { OnMap } from "../parts/on_map";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import { city as cityNow, unitTiles } from "../server/answers";
import type { PlanAsked, UnitChange } from "../server/comparisons";
import type { CompareMode } from "../state/mode";
import type { Draft } from "../state/state";
import { numberText, shareText, valueText } from "../words/format";
import { told } from "../words/words";
import { BLANK, codesOf, PALETTE, stepsOf, tally, unsureOf } from "./difference";
import { DotMap } from "./dot_map";
import { Groups } from "./groups";
import { ChangeLegend, ValueLegend } from "./legend";
import { Lists } from "./lists";
import { OverMap } from "./over_map";
import { about, certainty, headline, measureName, signed, sizes, some } from "./sentences";
import { SideBySide } from "./side";
import { Swipe } from "./swipe";
import { type Asked, type Compared, useComparison, useSeveral } from "./use_comparison";

const MOST_PINNED = 6;
const DRAWS = 30;
const FADED = 0.3;
const CLASSES = 6; // of what units have before and after
const SHOWS = ["difference", "swipe", "groups", "side"] as const;

export function ComparePanel() {
  const found = useMode("compare");
  return found ? <Inside mode={found[0]} set={found[1]} /> : null;
}

type Props = { readonly mode: CompareMode; readonly set: (change: Partial<CompareMode>) => void };

function Inside({ mode, set }: Props) {
  const { city, announce } = usePage();
  const view = useView();
  const words = useWords().compare;
  const language = useLanguage();
  const saved = useSavedPlans(city.plans);
  const plans = choices(view.draft, saved);
  const name = mode.plan !== null && saved.includes(mode.plan) ? mode.plan : (plans[0] ?? null);
  const asked = name === null ? null : askedFor(name, view.draft);
  const answer = useComparison(city.name, view.ask, asked, language);
  const key = answer.kind === "ready" ? `${answer.kept?.head.after} ${language}` : "";
  useEffect(() => {
    if (answer.kind === "ready" && answer.kept)
      announce(told(words.answered, { words: headline(answer.kept.head, language).join(" ") }));
  }, [key]);
  if (name === null) return <Nothing />;
  return (
    <div class="compare">
      <PlanChoice
        plans={plans}
        name={name}
        draft={view.draft}
        onName={(next) => set({ plan: next || null, pinned: null })}
      />
      <fieldset class="shows">
        <legend class="hidden">{words.show}</legend>
        {SHOWS.map((show) => (
          <button key={show} type="button" aria-pressed={mode.show === show} onClick={() => set({ show })}>
            {words[show]}
          </button>
        ))}
      </fieldset>
      <Outcome answer={answer} />
      {answer.kept && <Result found={answer.kept} mode={mode} set={set} />}
      {mode.show === "side" && <Pinned mode={mode} set={set} plans={plans} draft={view.draft} />}
    </div>
  );
}

/** The draft is named by an empty text: no saved plan can be. */
function choices(draft: Draft, saved: readonly string[]): string[] {
  return [...(draft.edits.length ? [""] : []), ...saved];
}

function askedFor(name: string, draft: Draft): PlanAsked {
  return name ? { plans: [name], plan: name } : { edits: draft.edits, plan: draft.name || "plan" };
}

/** The plans that are saved now: others may have been saved since the page was opened. */
function useSavedPlans(first: readonly string[]): readonly string[] {
  const { city } = usePage();
  const language = useLanguage();
  const [saved, setSaved] = useState(first);
  useEffect(() => {
    void cityNow(city.name, language).then((now) => {
      if (now.kind === "ok") setSaved(now.value.plans);
    });
  }, [city.name]);
  return saved;
}

function Nothing() {
  const words = useWords().compare;
  const dispatch = useDispatch();
  return (
    <div class="compare">
      <h2>{words.nothing}</h2>
      <p>{words.nothingHint}</p>
      <button type="button" class="main" onClick={() => dispatch({ do: "enter", mode: "change" })}>
        {words.draw}
      </button>
    </div>
  );
}

type ChoiceProps = {
  readonly plans: readonly string[];
  readonly name: string;
  readonly draft: Draft;
  readonly onName: (name: string) => void;
};

function PlanChoice({ plans, name, draft, onName }: ChoiceProps) {
  const words = useWords().compare;
  const dispatch = useDispatch();
  const language = useLanguage();
  return (
    <div class="plan-choice">
      <label>
        {words.plan}{" "}
        <select value={name} onChange={(event) => onName(event.currentTarget.value)}>
          {plans.map((plan) => (
            <option key={plan} value={plan}>
              {plan || draftName(draft, words, language)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => dispatch({ do: "enter", mode: "change" })}>
        {words.toChange}
      </button>
    </div>
  );
}

type Words = ReturnType<typeof useWords>["compare"];

function draftName(draft: Draft, words: Words, language: "en" | "sv"): string {
  const many = draft.edits.length;
  const count = many === 1 ? words.oneEdit : told(words.edits, { count: numberText(many, language, 0) });
  return draft.name ? told(words.named, { name: draft.name, count }) : told(words.drawn, { count });
}

function Outcome({ answer }: { readonly answer: Asked<unknown> }) {
  const words = useWords().app;
  if (answer.kind === "working") return <Working progress={answer.progress} cancel={answer.cancel} />;
  if (answer.kind === "refused") return <Problems problems={answer.problems} again={answer.again} />;
  if (answer.kind !== "cancelled") return null;
  return (
    <p>
      {words.cancelled}{" "}
      <button type="button" onClick={answer.again}>
        {words.again}
      </button>
    </p>
  );
}

function Result({ found, mode, set }: Props & { readonly found: Compared }) {
  const { map, catalogue } = usePage();
  const dispatch = useDispatch();
  const view = useView();
  const words = useWords().compare;
  const language = useLanguage();
  const theme = useTheme();
  const { head, change } = found;
  const steps = useMemo(() => stepsOf(change), [change]);
  const codes = useMemo(() => codesOf(change, steps), [change, steps]);
  const unsure = useMemo(() => unsureOf(change, head.sure), [change, head]);
  const difference = useMemo(() => changePaint(codes, unsure, mode.unsure, theme), [codes, unsure, mode.unsure, theme]);
  const classes = useMemo(() => {
    const both = [found.before, found.after].flatMap((one) => Array.from(fieldOf(one).value));
    return classesOf(both, CLASSES, "quantile");
  }, [found]);
  const [before, after] = useMemo(
    () =>
      [found.before, found.after].map((one): Paint => {
        return { codes: valueCodes(fieldOf(one), classes), palette: paletteOf(classes, theme) };
      }),
    [found, classes, theme],
  );
  const paint = mode.show === "swipe" ? after : difference;
  useEffect(() => map?.setUnits({ tiles: unitTiles(head.support_digest) }), [map, head.support_digest]);
  useEffect(() => {
    if (paint) map?.paint(paint);
  }, [map, paint, head.support_digest]);
  useEffect(() => map?.pin(mode.pinned), [map, mode.pinned, head.support_digest]);
  usePick(useCallback((pick: Pick) => set({ pinned: pick.unit }), [set]));
  useMapTable(useTable(found));
  const show = (unit: UnitChange) => {
    set({ pinned: unit.unit });
    const point = found.units.points[unit.unit];
    if (map && point) map.camera = { lon: point[0], lat: point[1], zoom: Math.max(map.camera.zoom, 14) };
  };
  const able = catalogue.indicators.find((one) => one.id === view.ask.indicator)?.uncertain.length ?? 0;
  const drawable = useMemo(canDraw, []);
  const noWebgl = useWords().app.noWebgl;
  const wide = mode.show === "groups" || mode.show === "side";
  return (
    <>
      <section aria-label={words.result} class="headline">
        <h2>{headline(head, language)[0]}</h2>
        {headline(head, language)
          .slice(1)
          .map((said) => (
            <p key={said}>{said}</p>
          ))}
        {sizes(head, language).map((said) => (
          <p key={said}>{said}</p>
        ))}
        {head.newcomers.state !== "told" || head.newcomers.number ? (
          <p>{told(words.movesIn, { count: some(head.newcomers, language) })}</p>
        ) : null}
        <p class="quiet">{certainty(head, language)}</p>
        {!head.uncertain && able > 0 && (
          <button type="button" onClick={() => dispatch({ do: "ask", ask: { draws: DRAWS } })}>
            {told(words.state, { draws: DRAWS })}
          </button>
        )}
      </section>
      <section aria-label={words.what}>
        <h3>{words.what}</h3>
        <ol class="plain-list">
          {head.sentences.map((said, at) => (
            <li key={`${at} ${said}`}>{said}</li>
          ))}
        </ol>
        {head.warnings.length > 0 && <Problems problems={head.warnings} title={words.whatWarns} />}
      </section>
      {unsure.some((one) => one === 1) && (
        <label class="field">
          {words.unsure}{" "}
          <select
            value={mode.unsure}
            onChange={(event) => set({ unsure: event.currentTarget.value as CompareMode["unsure"] })}
          >
            <option value="texture">{words.unsureTexture}</option>
            <option value="fade">{words.unsureFade}</option>
            <option value="hide">{words.unsureHide}</option>
          </select>
        </label>
      )}
      <Lists head={head} pinned={mode.pinned} counted={found.people !== null} onShow={show} />
      <Equity found={found} />
      <section aria-label={words.aboutNumbers} class="quiet">
        <h3>{words.aboutNumbers}</h3>
        <p>{words.assumption}</p>
        {head.blind_spots.length > 0 && <p>{told(words.notLookedAt, { spots: head.blind_spots.join(", ") })}</p>}
        {found.people && <p>{words.hiddenNote}</p>}
      </section>
      {mode.show === "groups" && (
        <OverMap>
          <div class="over-map">
            <Groups
              found={found}
              codes={codes}
              dimension={mode.dimension ?? ""}
              onDimension={(dimension) => set({ dimension })}
            />
          </div>
        </OverMap>
      )}
      {!drawable && !wide && before && after && (
        <OverMap>
          <div class="over-map">
            <p>{noWebgl}</p>
            <div class="multiples">
              {(mode.show === "swipe" ? [before, after] : [difference]).map((one, at) => (
                <figure key={`${at}`}>
                  {mode.show === "swipe" && <figcaption>{at ? words.after : words.before}</figcaption>}
                  <DotMap
                    units={found.units}
                    codes={Int16Array.from(one.codes)}
                    palette={one.palette}
                    theme={theme}
                    width={mode.show === "swipe" ? 380 : 640}
                    height={mode.show === "swipe" ? 380 : 560}
                    label={told(words.dotMap, { words: headline(head, language).join(" ") })}
                  />
                </figure>
              ))}
            </div>
          </div>
        </OverMap>
      )}
      {drawable && mode.show === "swipe" && before && (
        <OverMap>
          <Swipe at={mode.swipe} onAt={(swipe) => set({ swipe })} before={before} digest={head.support_digest} />
        </OverMap>
      )}
      {!wide && (
        <OnMap>
          <div>
            <Pointed found={found} unit={mode.pinned} />
            {mode.show === "swipe" ? (
              <ValueLegend
                classes={classes}
                unit={head.unit}
                palette={paletteOf(classes, theme)}
                counts={codeCounts(before, after)}
              />
            ) : (
              <ChangeLegend
                steps={steps}
                unit={head.unit}
                palette={PALETTE[theme]}
                counts={tally(codes)}
                unsure={{ sure: head.sure, shown: mode.unsure, any: unsure.some((one) => one === 1) }}
              />
            )}
          </div>
        </OnMap>
      )}
    </>
  );
}

/** The change as the map is to show it; where draws disagree it is hatched, faded or left out. */
export function changePaint(
  codes: Int16Array,
  unsure: Uint8Array,
  how: CompareMode["unsure"],
  theme: "light" | "dark",
): Paint {
  const palette = PALETTE[theme];
  if (how === "texture") return { codes, palette, textured: unsure };
  if (how === "fade") return { codes, palette, shown: Float32Array.from(unsure, (one) => (one ? FADED : 0.82)) };
  return { codes: codes.map((code, unit) => (unsure[unit] ? BLANK : code)), palette };
}

/** How many units, before and after together, have each code. */
function codeCounts(...paints: readonly (Paint | undefined)[]): number[] {
  const counts: number[] = [];
  for (const paint of paints) for (const code of Array.from(paint?.codes ?? [])) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** What is known of the unit that is pinned. */
function Pointed({ found, unit }: { readonly found: Compared; readonly unit: number | null }) {
  const words = useWords().compare;
  const language = useLanguage();
  const row = unit === null ? undefined : unitRow(found, unit);
  if (!row) return null;
  const value = (number: number | null) =>
    number === null ? words.noAnswer : valueText(number, found.head.unit, language);
  const reached = (numbers: Compared["before"]) =>
    numbers.unreachable.includes(unit ?? -1) ? words.outOfReach : value(numbers.value[unit ?? -1] ?? null);
  return (
    <p class="pointed" role="status">
      <strong>{row.name}</strong>
      <br />
      {told(words.fromTo, { before: reached(found.before), after: reached(found.after) })}
      {row.change !== null && ` · ${signed(row.change, found.head.unit, language)}`} · {words[row.verdict]}
      <br />
      {found.people && about(row.people, language)}
      {row.agreement !== null && ` · ${told(words.agree, { share: shareText(row.agreement, language) })}`}
    </p>
  );
}

type UnitRow = {
  readonly name: string;
  readonly change: number | null;
  readonly verdict: "isWorse" | "isBetter" | "isSame" | "isUnknown" | "isCutOff" | "isReached";
  readonly people: number | null;
  readonly agreement: number | null;
};

function unitRow({ change, units, people, head }: Compared, unit: number): UnitRow | undefined {
  const id = units.ids[unit];
  if (id === undefined) return undefined;
  const better = change.better[unit] ?? 0;
  const verdict = change.unknown.includes(unit)
    ? "isUnknown"
    : change.lost.includes(unit)
      ? "isCutOff"
      : change.won.includes(unit)
        ? "isReached"
        : better < 0
          ? "isWorse"
          : better > 0
            ? "isBetter"
            : "isSame";
  const named = [...head.losers, ...head.gainers].find((one) => one.unit === unit)?.place;
  return {
    name: people?.names?.[unit] ?? (named ? `${named} (${id})` : id),
    change: change.change[unit] ?? null,
    verdict,
    people: people?.people.total?.all?.[unit] ?? null,
    agreement: change.agreement?.[unit] ?? null,
  };
}

/** The map as a table: every unit before and after. */
function useTable(found: Compared) {
  const words = useWords();
  const language = useAppState().language;
  const { head } = found;
  return useMemo(() => {
    const compare = words.compare;
    const unit = head.unit && head.unit !== "1" ? ` (${head.unit})` : "";
    return {
      caption: told(compare.tableCaption, { title: head.title }),
      columns: [
        { name: words.table.unit },
        { name: `${compare.before}${unit}`, numeric: true },
        { name: `${compare.after}${unit}`, numeric: true },
        { name: `${compare.change}${unit}`, numeric: true },
        { name: compare.verdict },
        ...(found.people ? [{ name: compare.peopleHead, numeric: true }] : []),
        ...(found.change.agreement ? [{ name: compare.agreement, numeric: true }] : []),
      ],
      rows: () => {
        const far = [new Set(found.before.unreachable), new Set(found.after.unreachable)] as const;
        return found.units.ids.map((_, at) => {
          const row = unitRow(found, at);
          return [
            row?.name ?? "",
            far[0].has(at) ? compare.outOfReach : (found.before.value[at] ?? null),
            far[1].has(at) ? compare.outOfReach : (found.after.value[at] ?? null),
            row?.change ?? null,
            compare[row?.verdict ?? "isUnknown"],
            ...(found.people ? [row?.people ?? null] : []),
            ...(found.change.agreement ? [row?.agreement ?? null] : []),
          ];
        });
      },
      key: `${head.before} ${head.after} ${language}`,
    };
  }, [found, language]);
}

function Equity({ found }: { readonly found: Compared }) {
  const words = useWords().compare;
  const language = useLanguage();
  const { equity } = found.head;
  if (!equity.length) return null;
  const text = (value: number | null) => (value === null ? "–" : numberText(value, language));
  return (
    <details>
      <summary>{words.equity}</summary>
      <table class="group-table">
        <thead>
          <tr>
            <th scope="col">{words.measure}</th>
            <th scope="col" class="number">
              {words.before}
            </th>
            <th scope="col" class="number">
              {words.after}
            </th>
          </tr>
        </thead>
        <tbody>
          {equity.map((one) => (
            <tr key={one.measure}>
              <th scope="row">{measureName(one.measure, one.name, language)}</th>
              <td class="number">{text(one.before)}</td>
              <td class="number">{text(one.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

type PinnedProps = Props & { readonly plans: readonly string[]; readonly draft: Draft };

function Pinned({ mode, set, plans, draft }: PinnedProps) {
  const { city } = usePage();
  const view = useView();
  const words = useWords().compare;
  const language = useLanguage();
  const pinned = plans.filter((plan) => plan === "" || mode.plans.includes(plan)).slice(0, MOST_PINNED);
  const names = pinned.map((plan) => plan || draftName(draft, words, language));
  const answer = useSeveral(
    city.name,
    view.ask,
    pinned.map((plan) => askedFor(plan, draft)),
    language,
  );
  const toggle = (plan: string) =>
    set({ plans: mode.plans.includes(plan) ? mode.plans.filter((one) => one !== plan) : [...mode.plans, plan] });
  return (
    <OverMap>
      <div class="over-map">
        <fieldset class="pins">
          <legend>{words.pin}</legend>
          {plans.map((plan) => (
            <label key={plan}>
              <input
                type="checkbox"
                checked={pinned.includes(plan)}
                disabled={plan === "" || (!pinned.includes(plan) && pinned.length >= MOST_PINNED)}
                onChange={() => toggle(plan)}
              />{" "}
              {plan || draftName(draft, words, language)}
            </label>
          ))}
          <p class="quiet">{told(words.pinMore, { most: MOST_PINNED })}</p>
        </fieldset>
        {pinned.length === 0 && <p>{words.pinNothing}</p>}
        <Outcome answer={answer} />
        {answer.kept && <SideBySide found={answer.kept} names={names} />}
      </div>
    </OverMap>
  );
}
