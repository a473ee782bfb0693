/** A map in a notebook: what is shown, its legend, what lies under the pointer, and the same as a table. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type MapTable, StoreContext } from "../app/context";
import { CityMap, canDraw } from "../map/city_map";
import { DataTable } from "../parts/data_table";
import { fresh, type Language, type Theme } from "../state/state";
import { createStore } from "../state/store";
import { numberText, valueText } from "../words/format";
import { told as filled, wordsOf } from "../words/words";
import { serveTiles } from "./tiles";
import { codes, flags, outlinesOf, reals, reasons, type Told, type ToldView } from "./told";
import { WORDS } from "./words";

type Props = {
  readonly told: Told;
  readonly alt: string;
  readonly language: Language;
  readonly theme: Theme;
  readonly onMaps: (maps: readonly CityMap[]) => void;
};
type Shown = ToldView["name"] | "both";

export function NotebookMap({ told, alt, language, theme, onMaps }: Props) {
  const words = WORDS[language];
  const store = useMemo(() => createStore(fresh(language, theme)), [language, theme]);
  const tiles = useMemo(() => serveTiles(told), [told]);
  useEffect(() => tiles.stop, [tiles]);
  const outlines = useMemo(() => outlinesOf(told), [told]);
  const first = told.views[0]?.name ?? "value";
  const [shown, show] = useState<Shown>(first);
  const [table, setTable] = useState(false);
  const [unit, setUnit] = useState<number | null>(null);
  const maps = useRef(new Map<string, CityMap>());
  const drawable = useMemo(canDraw, []);
  const views = told.views.filter((view) => view.name === shown || (shown === "both" && view.name !== "change"));
  const choices: readonly Shown[] = told.views.length > 1 ? [...told.views.map((view) => view.name), "both"] : [];
  const keep = (name: string, map: CityMap | null) => {
    if (map) maps.current.set(name, map);
    else maps.current.delete(name);
    const now = [...maps.current.values()];
    const [left, right] = now;
    onMaps(now);
    return left && right ? right.follow(left) : () => undefined;
  };
  return (
    <StoreContext.Provider value={store}>
      <section class="stadslab" data-theme={theme} aria-label={alt}>
        <header>
          <p class="title">{told.title}</p>
          {told.synthetic && <p class="synthetic">{wordsOf(language).app.synthetic}</p>}
        </header>
        <div class="bar">
          {choices.length > 0 && (
            <fieldset>
              <legend class="hidden">{words.choose}</legend>
              {choices.map((name) => (
                <button type="button" key={name} aria-pressed={shown === name} onClick={() => show(name)}>
                  {words[name]}
                </button>
              ))}
            </fieldset>
          )}
          <button type="button" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? wordsOf(language).app.showMap : wordsOf(language).app.showTable}
          </button>
        </div>
        {!drawable && !table && <p role="note">{words.noWebgl}</p>}
        {drawable && (
          <div class="maps" hidden={table}>
            {views.map((view) => (
              <OneMap
                key={view.name}
                told={told}
                view={view}
                theme={theme}
                cityTiles={tiles.address}
                outlines={outlines}
                label={`${words[view.name]}: ${alt}`}
                caption={shown === "both" ? words[view.name] : ""}
                onMap={keep}
                onUnit={setUnit}
              />
            ))}
          </div>
        )}
        {table && <DataTable table={tableOf(told, language)} />}
        {!table && (
          <p class="pointed" aria-live="off">
            {unit === null ? words.point : pointed(told, views, unit, language)}
          </p>
        )}
        <Legend views={views} />
        <p class="sources">{told.credit}</p>
      </section>
    </StoreContext.Provider>
  );
}

/** What the colours mean, in all the maps shown; they share their classes. */
function Legend({ views }: { readonly views: readonly ToldView[] }) {
  const swatches = new Map(views.flatMap((view) => view.legend).map((swatch) => [swatch.label, swatch]));
  return (
    <div class="legend">
      <p>{views[0]?.legend_title}</p>
      <ul>
        {[...swatches.values()].map(({ colour, label, hatched }) => (
          <li key={label}>
            <span class={hatched ? "swatch hatched" : "swatch"} style={{ backgroundColor: colour }} />
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

type OneProps = {
  readonly told: Told;
  readonly view: ToldView;
  readonly theme: Theme;
  readonly cityTiles: string;
  readonly outlines: ReturnType<typeof outlinesOf>;
  readonly label: string;
  readonly caption: string;
  readonly onMap: (name: string, map: CityMap | null) => () => void;
  readonly onUnit: (unit: number | null) => void;
};

function OneMap({ told, view, theme, cityTiles, outlines, label, caption, onMap, onUnit }: OneProps) {
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<CityMap | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const map = new CityMap(place.current, theme, null);
    made.current = map;
    map.fit(told.bounds);
    map.setUnits({ geojson: outlines });
    map.paint({
      codes: codes(view.codes),
      palette: view.legend.map(({ colour }) => colour),
      textured: flags(view.textured),
    });
    map.map.scrollZoom.disable(); // a notebook is scrolled past
    map.map.getCanvas().setAttribute("aria-label", label);
    const stopHover = map.onHover((pick) => onUnit(pick?.unit ?? null));
    const part = onMap(view.name, map);
    return () => {
      part();
      stopHover();
      onMap(view.name, null);
      made.current = null;
      map.remove();
    };
  }, [told, view]);
  useEffect(() => made.current?.setBase(theme, cityTiles, told.city.deepest), [theme, cityTiles, told, view]);
  return (
    <figure>
      {caption && <figcaption>{caption}</figcaption>}
      <div class="map" ref={place} />
    </figure>
  );
}

/** What a unit has, in every map shown: `8928308280fffff: before 12 min, after 17 min`. */
export function pointed(told: Told, views: readonly ToldView[], unit: number, language: Language): string {
  const words = WORDS[language];
  const parts = views.map((view) => {
    const text = reading(view, unit, told.unit, language);
    return views.length > 1 ? `${words[view.name].toLowerCase()} ${text}` : text;
  });
  return `${told.ids[unit] ?? unit}: ${parts.join(", ")}`;
}

/** The number of a unit with its range, or why there is none. */
export function reading(view: ToldView, unit: number, of: string, language: Language): string {
  const words = WORDS[language];
  const value = reals(view.values)[unit] ?? Number.NaN;
  if (!Number.isFinite(value)) {
    const reason = String(reasons(view.reason)[unit] ?? "");
    const why = words.reasons[reason] ?? view.reasons[reason];
    const what = view.name === "change" ? words.noChange : Number.isNaN(value) ? words.unknown : words.unreachable;
    return why ? `${what} (${why})` : what;
  }
  const text = (view.name === "change" && value > 0 ? "+" : "") + valueText(value, of, language);
  const [low, high] = [view.low, view.high].map((end) => (end ? reals(end)[unit] : undefined));
  if (low === undefined || high === undefined || !Number.isFinite(low)) return text;
  const end = Number.isFinite(high) ? numberText(high, language) : words.unreachable;
  return `${text} ${filled(words.range, { low: numberText(low, language), high: end })}`;
}

function tableOf(told: Told, language: Language): MapTable {
  const words = wordsOf(language);
  const columns = told.views.map((view) => reals(view.values));
  return {
    caption: told.title,
    key: told.title,
    columns: [
      { name: words.table.unit },
      ...told.views.map((view) => ({ name: WORDS[language][view.name], numeric: true })),
    ],
    rows: () => told.ids.map((id, unit) => [id, ...columns.map((column) => column[unit] ?? null)]),
    text: (value, column) => {
      if (column === 0 || typeof value !== "number") return String(value ?? "–");
      return Number.isFinite(value) ? numberText(value, language) : Number.isNaN(value) ? "–" : "∞";
    },
  };
}
