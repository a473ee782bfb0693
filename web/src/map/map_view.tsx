/** Where the map lives on the page. It owns the `CityMap` and gives it to whoever asks. */

import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../app/context";
import type { Camera, Theme } from "../state/state";
import { CityMap } from "./city_map";

type Props = {
  readonly label: string;
  readonly theme: Theme;
  readonly cityTiles: string;
  readonly camera: Camera | null;
  readonly bounds: readonly [number, number, number, number];
  readonly onMap: (map: CityMap | null) => void;
  readonly onMoved?: (camera: Camera) => void;
};

export function MapView({ label, theme, cityTiles, camera, bounds, onMap, onMoved }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<CityMap | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const map = new CityMap(place.current, theme, camera);
    map.setBase(theme, cityTiles);
    if (!camera) map.fit(bounds);
    made.current = map;
    onMap(map);
    return () => {
      onMap(null);
      made.current = null;
      map.remove();
    };
  }, []);
  useEffect(() => made.current?.setBase(theme, cityTiles), [theme, cityTiles]);
  useEffect(() => (onMoved ? made.current?.onMoved(onMoved) : undefined), [onMoved]);
  const { zoomIn, zoomOut, mapKeys } = useWords().app;
  useEffect(
    () => made.current?.setLabels({ map: `${label}. ${mapKeys}`, zoomIn, zoomOut }),
    [label, mapKeys, zoomIn, zoomOut],
  );
  useEffect(() => {
    if (camera) made.current?.moveTo(camera); // a link that was opened says where to look
  }, [camera]);
  const town = useRef(bounds.join());
  useEffect(() => {
    if (town.current !== bounds.join()) made.current?.fit(bounds);
    town.current = bounds.join();
  }, [bounds.join()]);
  return <div class="map" ref={place} />;
}
