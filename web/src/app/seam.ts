/** `window.stadslab`: state, map and table, for tests and the curious. Nothing that the page does not show anyhow. */

import type { CityMap } from "../map/city_map";
import type { State } from "../state/state";
import type { Store } from "../state/store";
import type { MapTable } from "./context";

type Seam = { readonly state: () => State; map: CityMap | null; table: MapTable | null };

declare global {
  interface Window {
    stadslab?: Seam;
  }
}

export function showState(store: Store): void {
  window.stadslab = { state: store.get, map: null, table: null };
}

export function showMap(map: CityMap | null): void {
  if (window.stadslab) window.stadslab.map = map;
}

export function showTable(table: MapTable | null): void {
  if (window.stadslab) window.stadslab.table = table;
}
