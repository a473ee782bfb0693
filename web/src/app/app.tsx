/** The page: head, panel of the mode, map or table, and a voice for screen readers. */

import "./app.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ChangePanel } from "../change/ChangePanel";
import { ComparePanel } from "../compare/ComparePanel";
import { ExplainPanel } from "../explain/ExplainPanel";
import { HandOver } from "../explain/hand_over";
import { SourceLine } from "../explain/source_line";
import { LookPanel } from "../look/LookPanel";
import { type CityMap, canDraw } from "../map/city_map";
import { MapView } from "../map/map_view";
import { DataTable } from "../parts/data_table";
import { Problems } from "../parts/problems";
import { cityTiles } from "../server/answers";
import { gone } from "../server/facade";
import { fromLink, toLink } from "../state/link";
import type { ModeName } from "../state/mode";
import type { Camera } from "../state/state";
import { told } from "../words/words";
import {
  type Announce,
  type MapTable,
  type Page,
  PageContext,
  type Picture,
  useAppState,
  useStore,
  useView,
  useWords,
} from "./context";
import { Header } from "./header";
import { showMap, showTable } from "./seam";
import { type BadStart, firstView, type Start, start, type Town, townOf } from "./start";

const PANELS: { readonly [K in ModeName]: () => preact.ComponentChildren } = {
  look: LookPanel,
  change: ChangePanel,
  compare: ComparePanel,
  explain: ExplainPanel,
};

export function App() {
  const store = useStore();
  const state = useAppState();
  const words = useWords();
  const [begun, setBegun] = useState<Start | null>(null);
  const [town, setTown] = useState<Town | null>(null);
  const [bad, setBad] = useState<BadStart | null>(null);
  const [said, loud, announce] = useVoice();

  const begin = useCallback(async () => {
    const found = await start(fromLink(location.hash), store.get().language);
    if (found.kind === "ready") {
      store.dispatch({ do: "open", view: found.view });
      setTown(found.town);
      setBad(found.bad);
    }
    setBegun(found);
  }, [store]);
  useEffect(() => {
    void begin();
    const again = () => void begin();
    addEventListener("hashchange", again); // a link put into the address field of the open page
    return () => removeEventListener("hashchange", again);
  }, [begin]);

  useEffect(() => {
    document.documentElement.lang = state.language;
    document.documentElement.dataset.theme = state.theme;
  }, [state.language, state.theme]);

  useKeptAddress();
  useTranslated(town, setTown);

  const toCity = async (name: string) => {
    const next = await townOf(name, store.get().language, town?.names ?? [name]);
    if (!("city" in next)) return setBegun(next);
    setTown(next);
    store.dispatch({ do: "open", view: firstView(next) });
  };

  return (
    <div class="page">
      <Header names={town?.names ?? []} onCity={toCity} announce={announce} />
      {bad && <BadLinkNote bad={bad} onClose={() => setBad(null)} />}
      {state.view && town && town.city.name === state.view.city ? (
        <Workplace key={town.city.name} town={town} announce={announce} />
      ) : (
        <main class="empty" id="answer" tabIndex={-1}>
          <Empty begun={begun} again={begin} />
        </main>
      )}
      <div class="hidden" aria-live="polite" role="status">
        {said}
      </div>
      <p class="toast" aria-hidden="true" hidden={!said || !loud} key={said}>
        {said}
      </p>
      <noscript>{words.app.title}</noscript>
    </div>
  );
}

function Empty({ begun, again }: { readonly begun: Start | null; readonly again: () => void }) {
  const words = useWords().app;
  if (begun?.kind === "refused") {
    const title = gone(begun) ? words.noServer : undefined;
    const problems = gone(begun)
      ? [{ where: "", what: words.noServerHint, hint: "", severity: "error" }]
      : begun.problems;
    return <Problems problems={problems} {...(title ? { title } : {})} again={again} />;
  }
  if (begun?.kind === "empty") {
    return (
      <div>
        <h2>{words.noCity}</h2>
        <p>{words.noCityHint}</p>
      </div>
    );
  }
  return (
    <div class="opening">
      <p>{words.tagline}</p>
      <p class="quiet">{words.loading}</p>
    </div>
  );
}

function BadLinkNote({ bad, onClose }: { readonly bad: BadStart; readonly onClose: () => void }) {
  const words = useWords().app;
  const what = {
    version: words.badLinkVersion,
    garbled: words.badLinkGarbled,
    long: words.badLinkLong,
    field: words.badLinkField,
    city: words.badLinkCity,
  }[bad.why];
  const filled = told(what, { field: bad.why === "field" ? bad.field : "", city: bad.why === "city" ? bad.city : "" });
  const problem = { where: "", what: filled, hint: "", severity: "warning" };
  return <Problems title={words.badLink} problems={[problem]} onClose={onClose} />;
}

/** The panel beside the map, once a city is open. */
function Workplace({ town, announce }: { readonly town: Town; readonly announce: Announce }) {
  const store = useStore();
  const view = useView();
  const { theme } = useAppState();
  const words = useWords().app;
  const [map, setMap] = useState<CityMap | null>(null);
  const [table, setTable] = useState<MapTable | null>(null);
  const [picture, setPicture] = useState<Picture | null>(null);
  const [corner, setCorner] = useState<HTMLElement | null>(null);
  const [over, setOver] = useState<HTMLElement | null>(null);
  const drawable = useMemo(canDraw, []);
  useEffect(() => showMap(map), [map]);
  useEffect(() => showTable(table), [table]);
  const moved = useCallback((camera: Camera) => store.dispatch({ do: "camera", camera }), [store]);
  const page: Page = useMemo(
    () => ({
      store,
      map,
      city: town.city,
      catalogue: town.catalogue,
      announce,
      setTable,
      setPicture,
      corner,
      over,
    }),
    [store, map, town, announce, corner, over],
  );
  const Panel = PANELS[view.mode.mode];
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.scrollTo(0, 0), [view.mode.mode]); // every mode begins at its beginning
  return (
    <PageContext.Provider value={page}>
      <main class="work">
        <section class="panel" id="answer" ref={panel} tabIndex={-1} aria-label={words[view.mode.mode]}>
          <Panel key={view.mode.mode} />
          {town.city.synthetic && <p class="synthetic">{words.synthetic}</p>}
        </section>
        <section class="stage" aria-label={told(words.map, { city: town.city.name })}>
          <div class="sheet" hidden={view.table}>
            {drawable ? (
              <MapView
                label={told(words.map, { city: town.city.name })}
                theme={theme}
                cityTiles={cityTiles(town.city.name, town.city.version)}
                camera={view.camera}
                bounds={town.city.bounds}
                onMap={setMap}
                onMoved={moved}
              />
            ) : (
              <StaticMap picture={picture} />
            )}
            <div class="over" ref={setOver} />
            <div class="corner" ref={setCorner} />
            <SourceLine />
          </div>
          {view.table && table && <DataTable table={table} />}
          <div class="stage-tools">
            <button
              type="button"
              class="as-table"
              aria-pressed={view.table}
              onClick={() => store.dispatch({ do: "table", table: !view.table })}
            >
              {view.table ? words.showMap : words.showTable}
            </button>
            <HandOver />
          </div>
        </section>
      </main>
    </PageContext.Provider>
  );
}

function StaticMap({ picture }: { readonly picture: Picture | null }) {
  const words = useWords().app;
  return (
    <div class="static-map">
      <p role="note">{words.noWebgl}</p>
      {picture && <img src={picture.address} alt={told(words.staticMap, { title: picture.title })} />}
    </div>
  );
}

/** What is said to screen readers; said aloud, it is shown to everybody for a moment. */
function useVoice(): readonly [said: string, loud: boolean, announce: Announce] {
  const [voice, speak] = useState({ said: "", loud: false });
  const silence = useRef(0);
  const announce = useCallback<Announce>((said, loud = true) => {
    speak({ said, loud });
    clearTimeout(silence.current);
    silence.current = window.setTimeout(() => speak({ said: "", loud }), 5000);
  }, []);
  return [voice.said, voice.loud, announce];
}

/** The address always carries the view, so that a reload or a copy shows the same. */
function useKeptAddress(): void {
  const store = useStore();
  useEffect(() => {
    let waiting = 0;
    let kept = store.get().view?.draft.etag;
    const keep = () => {
      const { view } = store.get();
      if (view) history.replaceState(null, "", `#${toLink(view)}`);
    };
    return store.subscribe(() => {
      clearTimeout(waiting);
      const now = store.get().view?.draft.etag;
      if (now !== kept)
        keep(); // saved: who reloads at once is to find the plan that was saved
      else waiting = window.setTimeout(keep, 150);
      kept = now;
    });
  }, [store]);
}

/** Questions and help in the reader's language. */
function useTranslated(town: Town | null, setTown: (town: Town) => void): void {
  const { language } = useAppState();
  const first = useRef(language);
  useEffect(() => {
    if (!town || first.current === language) return;
    first.current = language;
    void townOf(town.city.name, language, town.names).then((found) => {
      if ("city" in found) setTown(found);
    });
  }, [language, town]);
}
