/** The map itself: the only file that knows MapLibre. Units are coloured by code, and only those that changed. */

import type * as GeoJSON from "geojson";
import {
  type GeoJSONSource,
  type LayerSpecification,
  Map as MapLibre,
  type MapMouseEvent,
  type MapTouchEvent,
  NavigationControl,
  ScaleControl,
  type SourceSpecification,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Camera, Theme } from "../state/state";
import { colourOf, LAYERS, type Look, NO_CODE, OVERLAYS, type Overlay, TEXTURE, UNITS } from "./layers";
import { baseStyle, DEEPEST, revealed } from "./style";

setWorkerUrl(workerUrl);

export type GeoJson = GeoJSON.FeatureCollection | GeoJSON.Feature | GeoJSON.Geometry;

/** Where the outlines of units come from: tiles, or GeoJSON whose feature ids are positions. */
export type UnitSource = { readonly tiles: string } | { readonly geojson: GeoJSON.FeatureCollection };

/** How units look. codes: position in the palette, -1 for not shown; shown: opacity; textured: hatched. */
export type Paint = {
  readonly codes: ArrayLike<number>;
  readonly palette: readonly string[];
  readonly shown?: ArrayLike<number> | null;
  readonly textured?: ArrayLike<number> | null;
};

/** Where a pointer is. unit: position of the unit below it; features: what of the base map lies there, top first. */
export type Pick = {
  readonly unit: number | null;
  readonly lon: number;
  readonly lat: number;
  readonly x: number; // pixels from the left and the top of the map
  readonly y: number;
  readonly features: () => readonly Picked[];
};

/** Dots of the base map that are too small from afar. */
export type Dots = "stops" | "places";

export type Picked = {
  readonly layer: string; // the layer within the tiles: streets, places, stops, ...
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: GeoJSON.Geometry;
};

/** What the map and its buttons are called. */
export type Labels = { readonly map: string; readonly zoomIn: string; readonly zoomOut: string };

type Spot = {
  readonly point: { readonly x: number; readonly y: number };
  readonly lngLat: { readonly lng: number; readonly lat: number };
};

/** A hand that draws. `down` returns true to keep the gesture, so that the map does not move with it. */
export type Hand = {
  readonly down?: (at: Pick) => boolean;
  readonly move?: (at: Pick, pressed: boolean) => void;
  readonly up?: (at: Pick) => void;
  readonly double?: (at: Pick) => boolean; // true: no zooming
};

const LINE: Readonly<Record<Theme, string>> = { light: "#101418", dark: "#ffffff" };
const HALO: Readonly<Record<Theme, string>> = { light: "#ffffff", dark: "#15191d" };
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const FULL = 0.82;
const NEAR = 6; // pixels around a pointer within which things of the base map count as picked

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export class CityMap {
  /** The map below, for what has no method here. */
  readonly map: MapLibre;

  private theme: Theme;
  private cityTiles = "";
  private deepest = DEEPEST;
  private units: UnitSource | null = null;
  private palette: readonly string[] = [];
  private painted: { code: Int16Array; shown: Float32Array; textured: Uint8Array } | null = null;
  private wanted: Paint | null = null;
  private readonly overlays = new Map<Overlay, GeoJson>();
  private readonly marked: { hover: number | null; pinned: number | null } = { hover: null, pinned: null };
  private readonly pickers = new Set<(pick: Pick) => void>();
  private readonly hoverers = new Set<(pick: Pick | null) => void>();
  private hand: Hand | null = null;
  private picked: Dots | null = null;
  private held = false;
  private ready = false;

  constructor(container: HTMLElement, theme: Theme, camera: Camera | null) {
    this.theme = theme;
    this.map = new MapLibre({
      container,
      style: this.style(),
      center: camera ? [camera.lon, camera.lat] : [0, 0],
      zoom: camera?.zoom ?? 1,
      attributionControl: false, // the page names the sources itself
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      maxZoom: 19,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    this.map.on("styleimagemissing", () => this.addTexture());
    this.map.on("style.load", () => {
      this.painted = null;
      this.styled();
    });
    this.listen();
  }

  /** Whether everything asked for is drawn: for tests, and for pictures. */
  get idle(): boolean {
    return this.ready && this.map.loaded() && !this.map.isMoving();
  }

  /** What the map shows now, copied: the browser throws away what it drew as soon as it is on the screen. */
  picture(): Promise<HTMLCanvasElement> {
    return new Promise((done) => {
      this.map.once("render", () => {
        const shown = this.map.getCanvas();
        const copy = document.createElement("canvas");
        copy.width = shown.width;
        copy.height = shown.height;
        copy.getContext("2d")?.drawImage(shown, 0, 0);
        done(copy);
      });
      this.map.triggerRepaint();
    });
  }

  remove(): void {
    this.map.remove();
  }

  /** Light or dark, with the base map of a city. deepest: the last zoom there are tiles of. */
  setBase(theme: Theme, cityTiles: string, deepest = DEEPEST): void {
    if (theme === this.theme && cityTiles === this.cityTiles && deepest === this.deepest) return;
    this.theme = theme;
    this.deepest = deepest;
    this.cityTiles = cityTiles;
    this.restyle();
  }

  /** Stops or places that are to be picked: seen from as far away as the tiles have them, and large enough to hit. */
  reveal(dots: Dots | null): void {
    if (dots === this.picked) return;
    this.picked = dots;
    if (this.ready) this.map.setStyle(this.style(), { diff: true });
    if (this.ready && this.map.getLayer("units-fill")) this.styled();
  }

  /** The outlines of units. Others than before stay unpainted until `paint` is called. */
  setUnits(source: UnitSource | null): void {
    const tiles = (of: UnitSource | null) => (of && "tiles" in of ? of.tiles : null);
    if (source === this.units || (tiles(source) !== null && tiles(source) === tiles(this.units))) return;
    this.units = source;
    this.wanted = null;
    this.marked.hover = null;
    this.marked.pinned = null;
    this.reunite();
  }

  /** Colour the units. Only those that look different from before are touched. */
  paint(paint: Paint): void {
    this.wanted = paint;
    if (paint.palette.join() !== this.palette.join()) {
      this.palette = [...paint.palette];
      if (this.ready) this.recolour();
    }
    this.repaint();
  }

  /** The code each unit is painted with, as the map was told; for tests. */
  paintedCodes(): number[] {
    return [...(this.painted?.code ?? [])];
  }

  /** Mark one unit as pinned (a thick outline); null lets it go. */
  pin(unit: number | null): void {
    this.mark("pinned", unit);
  }

  /** Mark one unit as looked at; null lets it go. */
  point(unit: number | null): void {
    this.mark("hover", unit);
  }

  /** Show GeoJSON in one of the drawings; null empties it. */
  setOverlay(overlay: Overlay, geojson: GeoJson | null): void {
    if (geojson) this.overlays.set(overlay, geojson);
    else this.overlays.delete(overlay);
    void (this.map.getSource(overlay) as GeoJSONSource | undefined)?.setData(geojson ?? EMPTY);
  }

  /** Show all of these bounds: west, south, east, north. */
  fit([west, south, east, north]: readonly [number, number, number, number], animate = false): void {
    const corners: [[number, number], [number, number]] = [
      [west, south],
      [east, north],
    ];
    this.map.fitBounds(corners, { padding: 24, animate });
  }

  get camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom() };
  }

  set camera({ lon, lat, zoom }: Camera) {
    this.map.jumpTo({ center: [lon, lat], zoom });
  }

  /** Move there, unless the map is there already or on its way somewhere. */
  moveTo(camera: Camera): void {
    const now = this.camera;
    const there = (["lon", "lat", "zoom"] as const).every((part) => Math.abs(now[part] - camera[part]) < 1e-7);
    if (!there && !this.map.isMoving()) this.camera = camera;
  }

  setLabels({ map, zoomIn, zoomOut }: Labels): void {
    this.map.getCanvas().setAttribute("aria-label", map);
    for (const [button, label] of [
      ["in", zoomIn],
      ["out", zoomOut],
    ]) {
      const found = this.map.getContainer().querySelector(`.maplibregl-ctrl-zoom-${button}`);
      found?.setAttribute("title", label ?? "");
      found?.setAttribute("aria-label", label ?? "");
    }
  }

  /** Be told when the map has come to rest. Returns how to stop being told; so do the others. */
  onMoved(listener: (camera: Camera) => void): () => void {
    const tell = () => listener(this.camera);
    this.map.on("moveend", tell);
    return () => this.map.off("moveend", tell);
  }

  /** Be told of clicks and taps. */
  onPick(listener: (pick: Pick) => void): () => void {
    this.pickers.add(listener);
    return () => this.pickers.delete(listener);
  }

  /** Be told where the pointer is; null when it leaves the map. */
  onHover(listener: (pick: Pick | null) => void): () => void {
    this.hoverers.add(listener);
    return () => this.hoverers.delete(listener);
  }

  /** Draw: while a hand is given, presses go to it first. One hand at a time; null takes it away. */
  setHand(hand: Hand | null): void {
    this.hand = hand;
    this.held = false;
    this.map.getCanvas().style.cursor = hand ? "crosshair" : "";
    if (hand) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
  }

  /** Move with another map, and it with this one (a swipe, small multiples). Returns how to part. */
  follow(other: CityMap): () => void {
    let moving = false;
    const step = (from: CityMap, to: CityMap) => () => {
      if (moving) return;
      moving = true;
      to.camera = from.camera;
      moving = false;
    };
    const there = step(this, other);
    const back = step(other, this);
    back();
    this.map.on("move", there);
    other.map.on("move", back);
    return () => {
      this.map.off("move", there);
      other.map.off("move", back);
    };
  }

  private get tiled(): boolean {
    return this.units !== null && "tiles" in this.units;
  }

  private style(): StyleSpecification {
    const base = baseStyle(this.theme, this.cityTiles, this.deepest);
    const look: Look = { palette: this.palette, line: LINE[this.theme], halo: HALO[this.theme], tiled: this.tiled };
    const said = (layer: LayerSpecification) => layer.metadata as { over?: boolean; withUnits?: boolean } | undefined;
    const over = (layer: LayerSpecification) => said(layer)?.over === true;
    const hidden = (layer: LayerSpecification) => said(layer)?.withUnits === true;
    const layers = LAYERS.flatMap((slot): readonly LayerSpecification[] => {
      if (slot.slot === "base") return base.layers.filter((layer) => !over(layer));
      if (slot.slot === "over") {
        const shown = base.layers.filter((layer) => over(layer) && (this.units || !hidden(layer)));
        return shown.map((layer) => (layer.id === this.picked ? revealed(layer) : layer));
      }
      return slot.make(look).filter((layer) => this.units || !("source" in layer) || layer.source !== UNITS);
    });
    const sources: Record<string, SourceSpecification> = { ...base.sources };
    if (this.units) sources[UNITS] = unitSource(this.units);
    for (const id of OVERLAYS) sources[id] = { type: "geojson", data: this.overlays.get(id) ?? EMPTY };
    return { ...base, sources, layers };
  }

  private restyle(): void {
    this.ready = false;
    this.painted = null; // sources are made anew, without what they were told of their features
    this.map.setStyle(this.style(), { diff: false });
  }

  /** Other units on the same base map: only their own layers are made anew. */
  private reunite(): void {
    if (!this.ready) {
      this.restyle();
      return;
    }
    this.painted = null;
    this.map.setStyle(this.style(), { diff: true });
    if (this.map.getLayer("units-fill")) this.styled();
  }

  private styled(): void {
    this.ready = true;
    this.addTexture();
    this.recolour(); // the palette may have come while the style was on its way
    this.repaint();
    for (const kind of ["hover", "pinned"] as const) {
      const unit = this.marked[kind];
      if (unit !== null && this.map.getSource(UNITS)) this.tell(unit, { [kind]: true });
    }
  }

  private recolour(): void {
    if (this.map.getLayer("units-fill")) {
      this.map.setPaintProperty("units-fill", "fill-color", colourOf(this.palette));
    }
  }

  private repaint(): void {
    const wanted = this.wanted;
    if (!wanted || !this.ready || !this.map.getSource(UNITS)) return;
    const count = wanted.codes.length;
    const first = this.painted?.code.length !== count;
    const now =
      this.painted && !first
        ? this.painted
        : { code: new Int16Array(count), shown: new Float32Array(count), textured: new Uint8Array(count) };
    for (let at = 0; at < count; at++) {
      const code = wanted.codes[at] ?? NO_CODE;
      const shown = Math.fround(wanted.shown?.[at] ?? FULL);
      const textured = wanted.textured?.[at] ? 1 : 0;
      if (!first && code === now.code[at] && shown === now.shown[at] && textured === now.textured[at]) continue;
      now.code[at] = code;
      now.shown[at] = shown;
      now.textured[at] = textured;
      this.tell(at, { code, shown, textured: textured === 1 });
    }
    this.painted = now;
  }

  private tell(unit: number, state: Record<string, unknown>): void {
    this.map.setFeatureState({ source: UNITS, id: unit, ...(this.tiled ? { sourceLayer: UNITS } : {}) }, state);
  }

  private mark(kind: "hover" | "pinned", unit: number | null): void {
    const before = this.marked[kind];
    if (before === unit) return;
    this.marked[kind] = unit;
    if (!this.ready || !this.map.getSource(UNITS)) return;
    if (before !== null) this.tell(before, { [kind]: false });
    if (unit !== null) this.tell(unit, { [kind]: true });
  }

  /** White and dark lines slantwise: seen on light colours and on dark ones. */
  private addTexture(): void {
    if (this.map.hasImage(TEXTURE)) return;
    const size = 12;
    const data = new Uint8ClampedArray(size * size * 4);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const across = (x + y) % size;
        const at = 4 * (y * size + x);
        if (across < 2) data.set([255, 255, 255, 230], at);
        else if (across === 2 || across === size - 1) data.set([40, 44, 48, 90], at);
      }
    }
    this.map.addImage(TEXTURE, { width: size, height: size, data }, { pixelRatio: 2 });
  }

  private listen(): void {
    let hovering = 0;
    this.map.on("click", (event) => {
      const pick = this.pick(event);
      for (const tell of [...this.pickers]) tell(pick);
    });
    this.map.on("dblclick", (event) => {
      if (this.hand?.double?.(this.pick(event))) event.preventDefault();
    });
    this.map.on("mousemove", (event) => {
      if (this.hand?.move) this.hand.move(this.pick(event), this.held);
      if (this.held || !this.hoverers.size) return;
      cancelAnimationFrame(hovering);
      hovering = requestAnimationFrame(() => {
        const pick = this.pick(event);
        this.point(pick.unit);
        for (const tell of [...this.hoverers]) tell(pick);
      });
    });
    this.map.on("mouseout", () => {
      cancelAnimationFrame(hovering);
      this.point(null);
      for (const tell of [...this.hoverers]) tell(null);
    });
    const down = (event: MapMouseEvent | MapTouchEvent) => {
      if (!this.hand?.down?.(this.pick(event))) return;
      this.held = true;
      event.preventDefault();
    };
    const up = (event: MapMouseEvent | MapTouchEvent) => {
      if (!this.held) return;
      this.held = false;
      this.hand?.up?.(this.pick(event));
    };
    this.map.on("mousedown", down);
    this.map.on("touchstart", down);
    this.map.on("touchmove", (event) => {
      if (this.held) this.hand?.move?.(this.pick(event), true);
    });
    this.map.getCanvas().addEventListener("keydown", (event) => this.pressed(event));
    this.map.on("moveend", () => {
      if (document.activeElement === this.map.getCanvas()) this.lookAtMiddle();
    });
    this.map.on("mouseup", up);
    this.map.on("touchend", up);
  }

  /** By keyboard: arrows move the map, Enter picks what lies in its middle, Escape lets go. */
  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const middle = this.middle();
    const pick = event.key === "Enter" ? middle : { ...middle, unit: null };
    for (const tell of [...this.pickers]) tell(pick);
  }

  private lookAtMiddle(): void {
    if (!this.hoverers.size) return;
    const pick = this.middle();
    this.point(pick.unit);
    for (const tell of [...this.hoverers]) tell(pick);
  }

  private middle(): Pick {
    const lngLat = this.map.getCenter();
    return this.pick({ point: this.map.project(lngLat), lngLat });
  }

  private pick(event: Spot): Pick {
    const { x, y } = event.point;
    const layers = this.map.getLayer("units-fill") ? ["units-fill"] : [];
    const found = layers.length ? this.map.queryRenderedFeatures([x, y], { layers })[0] : undefined;
    return {
      unit: typeof found?.id === "number" ? found.id : null,
      lon: event.lngLat.lng,
      lat: event.lngLat.lat,
      x,
      y,
      features: () => this.around(x, y),
    };
  }

  private around(x: number, y: number): Picked[] {
    const box: [[number, number], [number, number]] = [
      [x - NEAR, y - NEAR],
      [x + NEAR, y + NEAR],
    ];
    const ours = new Set<string>([UNITS, ...OVERLAYS]);
    return this.map
      .queryRenderedFeatures(box)
      .filter((feature) => !ours.has(feature.source) && feature.properties?.id !== undefined)
      .map((feature) => ({
        layer: feature.sourceLayer ?? feature.layer.id,
        id: String(feature.properties.id),
        properties: feature.properties,
        geometry: feature.geometry,
      }));
  }
}

function unitSource(source: UnitSource): SourceSpecification {
  if ("geojson" in source) return { type: "geojson", data: source.geojson };
  return { type: "vector", tiles: [source.tiles], minzoom: 0, maxzoom: 15 };
}
