/** Edits as values: made from their forms, moved in a list, fitted to limits. Pure. */

import type { LonLat } from "../server/plans";
import type { EditKind, Param } from "../server/types";
import type { Edit, ParamValue } from "../state/mode";

/** What a tool waits for on the map: a thing that is there, a point, a line, or stops in order; none: only its form. */
export type Drawn =
  | { readonly sort: "pick"; readonly param: string; readonly what: "street" | "stop" | "route" | "place" }
  | { readonly sort: "point"; readonly param: string }
  | { readonly sort: "line"; readonly param: string }
  | { readonly sort: "stops"; readonly param: string }
  | { readonly sort: "none" };

export const MOST_POINTS = 1000; // bends of one street that the server takes
const PICKED = ["street", "stop", "route", "place"] as const;

/** What is drawn for an edit: told by its fields, so that a new kind of edit needs no list here. */
export function drawnFor(kind: EditKind): Drawn {
  for (const param of kind.params) {
    if (param.pair) return { sort: param.many ? "line" : "point", param: param.name };
    if (param.many && param.offers === "stop") return { sort: "stops", param: param.name };
    const what = PICKED.find((one) => one === param.offers && one === param.name);
    if (what) return { sort: "pick", param: param.name, what };
  }
  return { sort: "none" };
}

/** The edit a form starts with: everything that has a default. */
export function blank(kind: EditKind): Edit {
  const given = kind.params.filter((param) => !param.required).map((param) => [param.name, param.default]);
  return { kind: kind.kind, ...Object.fromEntries(given) };
}

/** The fields that are still needed. */
export function missing(kind: EditKind, edit: Edit): readonly Param[] {
  return kind.params.filter((param) => param.required && isEmpty(edit[param.name]));
}

function isEmpty(value: ParamValue | undefined): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

export function withField(edit: Edit, name: string, value: ParamValue): Edit {
  return { ...edit, [name]: value };
}

export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const target = Math.min(Math.max(to, 0), list.length - 1);
  const one = list[from];
  if (one === undefined || from === target) return list;
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(target, 0, one);
}

/** A point of a draft that can be taken hold of: which edit, which field, and which point of a line. */
export type Handle = {
  readonly edit: number;
  readonly param: string;
  readonly point: number | null;
  readonly at: LonLat;
};

export function handles(edits: readonly Edit[], kinds: readonly EditKind[]): readonly Handle[] {
  return edits.flatMap((edit, at) => {
    const kind = kinds.find((one) => one.kind === edit.kind);
    return (kind?.params ?? []).flatMap((param): Handle[] => {
      const value = edit[param.name];
      if (!param.pair) return [];
      if (!param.many) return isPoint(value) ? [{ edit: at, param: param.name, point: null, at: value }] : [];
      const line = Array.isArray(value) ? value : [];
      if (line.length > MOST_HANDLES) return [];
      return line.flatMap((point, k) => (isPoint(point) ? [{ edit: at, param: param.name, point: k, at: point }] : []));
    });
  });
}

const MOST_HANDLES = 200; // a line of more points is drawn anew rather than bent

/** The edits with one point of them elsewhere. */
export function dragged(edits: readonly Edit[], handle: Handle, to: LonLat): readonly Edit[] {
  return edits.map((edit, at) => {
    if (at !== handle.edit) return edit;
    if (handle.point === null) return withField(edit, handle.param, rounded(to));
    const line = edit[handle.param];
    return Array.isArray(line) ? withField(edit, handle.param, line.with(handle.point, rounded(to))) : edit;
  });
}

function isPoint(value: unknown): value is LonLat {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "number");
}

/** To the centimetre: what the server keeps. */
export function rounded([lon, lat]: LonLat): LonLat {
  return [Math.round(lon * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}

/** A line a hand drew, with no more points than can be taken: bends smaller than a tolerance go, as small as will do. */
export function simplified(line: readonly LonLat[], most = MOST_POINTS): readonly LonLat[] {
  let tolerance = 2e-6; // degrees; about 20 cm
  let found = line;
  while (found.length > most) {
    found = straightened(line, tolerance);
    tolerance *= 2;
  }
  return found;
}

/** Douglas and Peucker's way, without recursion: points within the tolerance of the chord are left out. */
function straightened(line: readonly LonLat[], tolerance: number): readonly LonLat[] {
  const kept = new Set([0, line.length - 1]);
  const waiting: [number, number][] = [[0, line.length - 1]];
  for (let span = waiting.pop(); span; span = waiting.pop()) {
    const [from, to] = span;
    let far = 0;
    let at = -1;
    for (let k = from + 1; k < to; k++) {
      const away = offChord(line[k] as LonLat, line[from] as LonLat, line[to] as LonLat);
      if (away > far) {
        far = away;
        at = k;
      }
    }
    if (at >= 0 && far > tolerance) {
      kept.add(at);
      waiting.push([from, at], [at, to]);
    }
  }
  return line.filter((_, k) => kept.has(k));
}

function offChord([x, y]: LonLat, [ax, ay]: LonLat, [bx, by]: LonLat): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** A point typed in as `18.07, 59.33`; null when it is none. */
export function pointIn(text: string): LonLat | null {
  const parts = text.trim().split(/[\s,;]+/);
  const [lon, lat] = parts.map(Number);
  if (parts.length !== 2 || lon === undefined || lat === undefined) return null;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
}

/** A name the server can keep a plan under, as near as can be to what was typed. */
export function planName(text: string): string {
  const plain = text.normalize("NFC").trim().replaceAll(/\s+/g, "-");
  return plain
    .replaceAll(/[^\p{L}\p{M}\p{Nd}\-_.]/gu, "")
    .replace(/^\.+/, "")
    .slice(0, 80);
}

/** A name of a copy that is not taken: `bridge-2`. */
export function copyName(name: string, taken: readonly string[]): string {
  const base = name.replace(/-\d+$/, "");
  for (let number = 2; ; number++) {
    const found = `${base.slice(0, 75)}-${number}`;
    if (!taken.includes(found)) return found;
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
