/** `window.stadslab`: the state and the map, for tests and the curious. Nothing that the page does not show anyhow. */

import type { CityMap } from "../map/city_map";
import type { State } from "../state/state";
import type { Store } from "../state/store";

type Seam = { readonly state: () => State; map: CityMap | null };

declare global {
  interface Window {
    stadslab?: Seam;
  }
}

export function showState(store: Store): void {
  window.stadslab = { state: store.get, map: null };
}

export function showMap(map: CityMap | null): void {
  if (window.stadslab) window.stadslab.map = map;
}
