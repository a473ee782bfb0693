/** What came out of one comparison: in words, on the map, as lists, and how sure it is. */

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import {
  useDispatch,
  useHover,
  useLanguage,
  useMapTable,
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
import { unitTiles } from "../server/answers";
import type { UnitChange } from "../server/comparisons";
import type { CompareMode } from "../state/mode";
import { told } from "../words/words";
import { boxOfChange, changePaint, codesOf, PALETTE, stepsOf, tally, unsureOf } from "./difference";
import { DotMap } from "./dot_map";
import { Equity } from "./equity";
import { Groups } from "./groups";
import { ChangeLegend, ValueLegend } from "./legend";
import { Lists } from "./lists";
import { OverMap } from "./over_map";
import { Pointed } from "./pointed";
import { certainty, headline, sizes, some } from "./sentences";
import { Swipe } from "./swipe";
import { tableOf } from "./unit_rows";
import type { Compared } from "./use_comparison";

const DRAWS = 30;
const CLASSES = 6; // of what units have before and after

type Props = {
  readonly found: Compared;
  readonly mode: CompareMode;
  readonly set: (change: Partial<CompareMode>) => void;
};

export function Result({ found, mode, set }: Props) {
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
  const [hovered, setHovered] = useState<number | null>(null);
  useHover(useCallback((pick: Pick | null) => setHovered(pick?.unit ?? null), []));
  usePick(useCallback((pick: Pick) => set({ pinned: pick.unit }), [set]));
  const every = useWords();
  useMapTable(useMemo(() => tableOf(found, every, language), [found, language]));
  const wide = mode.show === "groups" || mode.show === "side";
  const box = useMemo(() => boxOfChange(change, found.units), [change, found.units]);
  const show = (unit: UnitChange) => {
    set({ pinned: unit.unit, show: wide ? "difference" : mode.show });
    const point = found.units.points[unit.unit];
    if (map && point) map.camera = { lon: point[0], lat: point[1], zoom: Math.max(map.camera.zoom, 14) };
  };
  const able = catalogue.indicators.find((one) => one.id === view.ask.indicator)?.uncertain.length ?? 0;
  const drawable = useMemo(canDraw, []);
  const noWebgl = useWords().app.noWebgl;
  return (
    <>
      <section aria-label={words.result} class="headline">
        <p class="quiet">{head.title}</p>
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
        {box && map && (
          <button type="button" onClick={() => map.fit(box, true)}>
            {words.toChanges}
          </button>
        )}
        <p class="quiet">{certainty(head, language)}</p>
        {!head.uncertain && able > 0 && (
          <button type="button" onClick={() => dispatch({ do: "ask", ask: { draws: DRAWS } })}>
            {told(words.state, { draws: DRAWS })}
          </button>
        )}
      </section>
      <section aria-label={words.what}>
        <h3>{words.what}</h3>
        <PlanSteps sentences={head.sentences} />
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
          <Swipe
            at={mode.swipe}
            onAt={(swipe) => set({ swipe })}
            before={before}
            digest={head.support_digest}
            pinned={mode.pinned}
          />
        </OverMap>
      )}
      {!wide && (
        <OnMap>
          <div>
            <Pointed found={found} unit={hovered ?? mode.pinned} spoken={hovered === null} />
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

const SHOWN = 6; // edits that are listed at once

/** The edits in words; a long list is folded up after the first ones. */
function PlanSteps({ sentences }: { readonly sentences: readonly string[] }) {
  const words = useWords().compare;
  const list = (from: number, to?: number) => (
    <ol class="plain-list" start={from + 1}>
      {sentences.slice(from, to).map((said, at) => (
        <li key={`${at} ${said}`}>{said}</li>
      ))}
    </ol>
  );
  if (sentences.length <= SHOWN) return list(0);
  return (
    <>
      {list(0, SHOWN)}
      <details>
        <summary>{told(words.moreEdits, { count: sentences.length - SHOWN })}</summary>
        {list(SHOWN)}
      </details>
    </>
  );
}

/** How many units, before and after together, have each code. */
function codeCounts(...paints: readonly (Paint | undefined)[]): number[] {
  const counts: number[] = [];
  for (const paint of paints) for (const code of Array.from(paint?.codes ?? [])) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
