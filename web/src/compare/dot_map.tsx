/** A small map of dots, one a unit: many fit on a page where live maps would not. */

import { useEffect, useRef } from "preact/hooks";
import type { Units } from "../server/types";
import type { Theme } from "../state/state";

type Props = {
  readonly units: Units;
  readonly codes: Int16Array;
  readonly palette: readonly string[];
  readonly label: string;
  readonly theme: Theme;
  readonly sizes?: Float32Array | null; // shares of a full dot; 0: none
  readonly width?: number;
  readonly height?: number;
};

const EDGE: Readonly<Record<Theme, string>> = { light: "#8b8f92", dark: "#5d6871" };

export function DotMap({ units, codes, palette, label, theme, sizes = null, width = 220, height = 160 }: Props) {
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = place.current;
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return;
    const dense = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, width, height);
    const at = placed(units.points, width, height);
    const full = Math.min(7, Math.max(0.8, 0.42 * Math.sqrt((width * height) / Math.max(1, units.count))));
    pen.lineWidth = 0.6;
    pen.strokeStyle = EDGE[theme];
    for (let unit = 0; unit < codes.length; unit++) {
      const colour = palette[codes[unit] ?? -1];
      const [x, y] = at[unit] ?? [0, 0];
      const radius = full * Math.sqrt(sizes ? (sizes[unit] ?? 0) : 1);
      if (radius <= 0) {
        pen.fillStyle = EDGE[theme]; // the town, wherever few or nobody of the group lives
        pen.fillRect(x - 0.6, y - 0.6, 1.2, 1.2);
        continue;
      }
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      if (colour) {
        pen.fillStyle = colour;
        pen.fill();
      }
      if (full > 2) pen.stroke();
    }
  }, [units, codes, palette, sizes, width, height, theme]);
  return (
    <canvas
      ref={place}
      class="dot-map"
      style={{ width: `${width}px`, height: `${height}px` }}
      role="img"
      aria-label={label}
    />
  );
}

/** Points in pixels, the town as large as fits, north up. */
export function placed(
  points: readonly (readonly [number, number])[],
  width: number,
  height: number,
): (readonly [number, number])[] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const margin = 8;
  const scale = Math.min(
    (width - 2 * margin) / Math.max((east - west) * squeeze, 1e-9),
    (height - 2 * margin) / Math.max(north - south, 1e-9),
  );
  return points.map(([lon, lat]) => [
    width / 2 + (lon - (west + east) / 2) * squeeze * scale,
    height / 2 - (lat - (south + north) / 2) * scale,
  ]);
}
