/** The colours of the map: told apart by lightness, safe for colour-blind readers, in light and in dark. */

import type { Theme } from "../state/state";

/** From low to high. In light, high is dark; in dark, high is bright: high stands out from the ground. */
const RAMP: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#f6eccb", "#cfe0b5", "#93cbb2", "#4faaae", "#2a7c9c", "#25517f", "#1f2a5c"],
  dark: ["#2b3a6e", "#2a5a8c", "#2f80a3", "#4ba6ad", "#86c5b2", "#c4dcb2", "#f8efcf"],
};

/** Off the ramp, by hue and by lightness. */
export const UNREACHABLE: Readonly<Record<Theme, string>> = { light: "#b4533a", dark: "#d4745a" };
export const UNKNOWN: Readonly<Record<Theme, string>> = { light: "#c9c7c3", dark: "#4a5056" };

/** Two answers at once: three classes each. Rows: the second, low to high; in a row: the first, low to high. */
const TWO: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#e8e6e1", "#a9cdd0", "#4f9da6", "#dcb7a6", "#a39a9c", "#4f7581", "#c4704d", "#8f5a5c", "#3b3550"],
  dark: ["#3a4046", "#2f6f7a", "#3fb0bb", "#7a5340", "#8d8683", "#79c0c2", "#d98860", "#e5b79a", "#fbf4e4"],
};

/** So many colours from low to high. */
export function rampOf(number: number, theme: Theme): string[] {
  const ramp = RAMP[theme];
  if (number <= 0) return [];
  if (number === 1) return [at(ramp, 0.6)];
  return Array.from({ length: number }, (_, k) => at(ramp, k / (number - 1)));
}

export function twoWay(theme: Theme): readonly string[] {
  return TWO[theme];
}

function at(ramp: readonly string[], share: number): string {
  const place = share * (ramp.length - 1);
  const below = parts(ramp[Math.floor(place)] as string);
  const above = parts(ramp[Math.ceil(place)] as string);
  const mixed = below.map((value, k) => Math.round(value + (place % 1) * ((above[k] as number) - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function parts(colour: string): number[] {
  return [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
}

/** Relative luminance of a colour, 0 to 1 (WCAG 2.2). */
export function luminance(colour: string): number {
  const [red, green, blue] = parts(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
