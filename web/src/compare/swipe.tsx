/** Before | after: a second map in step with the first, and a border that can be dragged, tapped or moved by keys. */

import { useEffect, useRef, useState } from "preact/hooks";
import { usePage, useTheme, useWords } from "../app/context";
import type { CityMap, Paint } from "../map/city_map";
import { MapView } from "../map/map_view";
import { cityTiles, unitTiles } from "../server/answers";
import type { Camera } from "../state/state";
import { told } from "../words/words";

type Props = {
  readonly at: number; // share of the width that shows before
  readonly onAt: (at: number) => void;
  readonly before: Paint;
  readonly digest: string;
  readonly pinned: number | null;
};

const STEP = 0.02;
const LEAP = 0.1;

export function Swipe({ at, onAt, before, digest, pinned }: Props) {
  const { map, city } = usePage();
  const theme = useTheme();
  const words = useWords().compare;
  const [second, setSecond] = useState<CityMap | null>(null);
  const [camera] = useState<Camera | null>(map?.camera ?? null);
  useEffect(() => (second && map ? map.follow(second) : undefined), [second, map]);
  useEffect(() => {
    if (!second) return;
    second.setUnits({ tiles: unitTiles(digest) });
    second.paint(before);
  }, [second, before, digest]);
  useEffect(() => second?.pin(pinned), [second, pinned, digest]);
  if (!map) return null;
  return (
    <>
      {/* inert: presses fall through to the first map, which takes the second along */}
      <div class="swipe-before" style={{ clipPath: `inset(0 ${100 * (1 - at)}% 0 0)` }} inert aria-hidden="true">
        <MapView
          label=""
          theme={theme}
          cityTiles={cityTiles(city.name, city.version)}
          camera={camera}
          bounds={city.bounds}
          onMap={setSecond}
        />
      </div>
      <SwipeHandle
        at={at}
        onAt={onAt}
        label={words.swipeLabel}
        value={words.swipeValue}
        names={[words.before, words.after]}
      />
    </>
  );
}

type HandleProps = {
  readonly at: number;
  readonly onAt: (at: number) => void;
  readonly label: string;
  readonly value: string;
  readonly names: readonly [before: string, after: string];
};

/** The border: a slider to keys and to screen readers, a handle to mouse and finger. */
export function SwipeHandle({ at, onAt, label, value, names }: HandleProps) {
  const held = useRef(false);
  const percent = Math.round(100 * at);
  const follow = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (held.current && box?.width) onAt(within((event.clientX - box.left) / box.width));
  };
  return (
    <div
      class="swipe-handle"
      style={{ left: `${100 * at}%` }}
      role="slider"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={told(value, { before: `${percent} %`, after: `${100 - percent} %` })}
      onKeyDown={(event) => {
        const next = moved(at, event.key);
        if (next === null) return;
        event.preventDefault();
        event.stopPropagation();
        onAt(next);
      }}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
        event.currentTarget.focus();
      }}
      onPointerMove={follow}
      onPointerUp={() => {
        held.current = false;
      }}
      onPointerCancel={() => {
        held.current = false;
      }}
    >
      <span class="grip" aria-hidden="true">
        ◂▸
      </span>
      <span class="swipe-name before" aria-hidden="true">
        {names[0]}
      </span>
      <span class="swipe-name after" aria-hidden="true">
        {names[1]}
      </span>
    </div>
  );
}

/** Where a key moves the border; null for keys that are not its own. */
export function moved(at: number, key: string): number | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return within(at - STEP);
    case "ArrowRight":
    case "ArrowUp":
      return within(at + STEP);
    case "PageDown":
      return within(at - LEAP);
    case "PageUp":
      return within(at + LEAP);
    case "Home":
      return 0;
    case "End":
      return 1;
    default:
      return null;
  }
}

function within(at: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, at))) / 1000;
}
