/** What every panel can reach: the state, the words, the city, the map, and a voice for screen readers. */

import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { CityMap, Pick } from "../map/city_map";
import type { Catalogue, City } from "../server/types";
import type { Mode, ModeName } from "../state/mode";
import type { Action, Language, State, Theme, View } from "../state/state";
import type { Store } from "../state/store";
import type { Words } from "../words/en";
import { wordsOf } from "../words/words";

/** A map as a table. rows are made when they are looked at; key: changes when they do. */
export type MapTable = {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly numeric?: boolean }[];
  readonly rows: () => readonly (readonly (string | number | null)[])[];
  readonly text?: (value: string | number | null, column: number) => string;
  readonly key: string;
};

/** Tell screen readers; unless `loud` is false, everybody sees it for a moment. */
export type Announce = (text: string, loud?: boolean) => void;

/** What the page offers to panels. map: null while there is none, or where the browser cannot draw it. */
export type Page = {
  readonly store: Store;
  readonly map: CityMap | null;
  readonly city: City;
  readonly catalogue: Catalogue;
  readonly announce: Announce;
  readonly setTable: (table: MapTable | null) => void;
  readonly setPicture: (picture: Picture | null) => void;
  readonly corner: HTMLElement | null; // the corner of the map where legends go
  readonly over: HTMLElement | null; // all of the map, for what lies at a place of it
};

/** A picture of what the map shows, for browsers that cannot draw it: an address on the server and what it shows. */
export type Picture = { readonly address: string; readonly title: string };

export const PageContext = createContext<Page | null>(null);
export const StoreContext = createContext<Store | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("a panel outside the page");
  return page;
}

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("a part outside the app");
  return store;
}

/** The state, and again whenever it changes. */
export function useAppState(): State {
  const store = useStore();
  const [state, tell] = useState(store.get());
  useEffect(() => {
    tell(store.get());
    return store.subscribe(() => tell(store.get()));
  }, [store]);
  return state;
}

export function useDispatch(): (action: Action) => void {
  return useStore().dispatch;
}

/** The words in the reader's language. */
export function useWords(): Words {
  return wordsOf(useAppState().language);
}

export function useLanguage(): Language {
  return useAppState().language;
}

export function useTheme(): Theme {
  return useAppState().theme;
}

/** The view: there always is one inside a panel. */
export function useView(): View {
  const view = useAppState().view;
  if (!view) throw new Error("a panel without a view");
  return view;
}

/** The fields of the mode a panel is for, and how to change some of them. Null while the mode is another. */
export function useMode<K extends ModeName>(
  name: K,
): readonly [Extract<Mode, { mode: K }>, (change: Partial<Extract<Mode, { mode: K }>>) => void] | null {
  const store = useStore();
  const view = useAppState().view;
  if (view?.mode.mode !== name) return null;
  const mode = view.mode as Extract<Mode, { mode: K }>;
  const set = (change: Partial<Extract<Mode, { mode: K }>>) => {
    const now = store.get().view?.mode;
    if (now?.mode === name) store.dispatch({ do: "set", mode: { ...now, ...change } as Mode });
  };
  return [mode, set] as const;
}

function useLatest<T>(value: T): { current: T } {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}

/** While the panel is shown: what clicks on the map do. */
export function usePick(listener: (pick: Pick) => void): void {
  const { map } = usePage();
  const latest = useLatest(listener);
  useEffect(() => map?.onPick((pick) => latest.current(pick)), [map]);
}

/** While the panel is shown: what looking at the map does. */
export function useHover(listener: (pick: Pick | null) => void): void {
  const { map } = usePage();
  const latest = useLatest(listener);
  useEffect(() => map?.onHover((pick) => latest.current(pick)), [map]);
}

/** While the panel is shown: the map as a table. */
export function useMapTable(table: MapTable | null): void {
  const { setTable } = usePage();
  const key = table?.key ?? "";
  useEffect(() => {
    setTable(table);
    return () => setTable(null);
  }, [key]);
}

/** While the panel is shown: a picture of the map for browsers that cannot draw it. */
export function usePicture(picture: Picture | null): void {
  const { setPicture } = usePage();
  const key = picture ? `${picture.address} ${picture.title}` : "";
  useEffect(() => {
    setPicture(picture);
    return () => setPicture(null);
  }, [key]);
}
