/** The whole view in the fragment of the address, so that a link shows another person the same thing. */

import { type Ask, type Edit, FRESH, MODES, type Mode, type ModeName, type Params, type ParamValue } from "./mode";
import { type Camera, type Draft, NO_DRAFT, type View } from "./state";

const VERSION = "1";
const LONGEST = 2_000_000; // characters; browsers cut or refuse longer addresses
const LONGEST_REASON = 5000;
const DEEPEST = 6; // lists within lists in a parameter

/** Why a link cannot be read: made by another version, damaged, or with a field (its path) that makes no sense. */
export type BadLink =
  | { readonly why: "version" | "garbled" | "long" }
  | { readonly why: "field"; readonly field: string };

export type Link =
  | { readonly kind: "none" }
  | { readonly kind: "view"; readonly view: View }
  | ({ readonly kind: "bad" } & BadLink);

/** The fragment of a view, without `#`. */
export function toLink(view: View): string {
  const text = JSON.stringify(view);
  const bytes = new TextEncoder().encode(text);
  let raw = "";
  for (let at = 0; at < bytes.length; at += 8192) raw += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `${VERSION}.${btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** What a fragment (with or without `#`) says. Never throws. */
export function fromLink(fragment: string): Link {
  const text = fragment.startsWith("#") ? fragment.slice(1) : fragment;
  if (!text) return { kind: "none" };
  if (text.length > LONGEST) return { kind: "bad", why: "long" };
  const [version, ...rest] = text.split(".");
  if (!/^\d+$/.test(version ?? "") || rest.length !== 1) return { kind: "bad", why: "garbled" };
  if (version !== VERSION) return { kind: "bad", why: "version" };
  let value: unknown;
  try {
    const raw = atob((rest[0] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { kind: "bad", why: "garbled" };
  }
  try {
    return { kind: "view", view: viewOf(value) };
  } catch (error) {
    if (error instanceof Wrong) return { kind: "bad", why: "field", field: error.field };
    throw error;
  }
}

class Wrong extends Error {
  constructor(readonly field: string) {
    super(field);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, at: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Wrong(at);
  return value as Fields;
}

function text(value: unknown, at: string, longest = 500): string {
  if (typeof value !== "string" || value.length > longest) throw new Wrong(at);
  return value;
}

function filled(value: unknown, at: string): string {
  if (!text(value, at)) throw new Wrong(at);
  return value as string;
}

function within(value: unknown, at: string, low: number, high: number): number {
  if (typeof value !== "number" || !(value >= low && value <= high)) throw new Wrong(at);
  return value;
}

function whole(value: unknown, at: string, low: number, high: number): number {
  if (!Number.isInteger(within(value, at, low, high))) throw new Wrong(at);
  return value as number;
}

function truth(value: unknown, at: string): boolean {
  if (typeof value !== "boolean") throw new Wrong(at);
  return value;
}

function one<T extends string>(value: unknown, at: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Wrong(at);
  return found;
}

function or<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

function list<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) throw new Wrong(at);
  return value.map((item, i) => read(item, `${at}[${i}]`));
}

function viewOf(value: unknown): View {
  const view = fields(value, "view");
  return {
    city: filled(view.city, "city"),
    ask: askOf(view.ask, "ask"),
    camera: or(view.camera, cameraOf),
    table: truth(view.table, "table"),
    draft: draftOf(view.draft),
    mode: modeOf(view.mode),
  };
}

function askOf(value: unknown, at: string): Ask {
  const ask = fields(value, at);
  return {
    indicator: filled(ask.indicator, `${at}.indicator`),
    params: paramsOf(ask.params, `${at}.params`),
    support: filled(ask.support, `${at}.support`),
    draws: whole(ask.draws, `${at}.draws`, 1, 1000),
    seed: whole(ask.seed, `${at}.seed`, 0, 2 ** 32),
  };
}

function paramsOf(value: unknown, at: string): Params {
  const found: Record<string, ParamValue> = {};
  for (const [name, param] of Object.entries(fields(value, at))) found[name] = paramOf(param, `${at}.${name}`, 0);
  return found;
}

function paramOf(value: unknown, at: string, depth: number): ParamValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value) && depth < DEEPEST) return value.map((item) => paramOf(item, at, depth + 1));
  throw new Wrong(at);
}

function cameraOf(value: unknown): Camera {
  const camera = fields(value, "camera");
  return {
    lon: within(camera.lon, "camera.lon", -540, 540),
    lat: within(camera.lat, "camera.lat", -90, 90),
    zoom: within(camera.zoom, "camera.zoom", 0, 24),
  };
}

function draftOf(value: unknown): Draft {
  if (value === undefined) return NO_DRAFT;
  const draft = fields(value, "draft");
  return {
    name: text(draft.name, "draft.name"),
    edits: list(draft.edits, "draft.edits", editOf),
    etag: or(draft.etag, (etag) => text(etag, "draft.etag")),
    ...(draft.why === undefined ? {} : { why: text(draft.why, "draft.why", LONGEST_REASON) }),
    ...(draft.by === undefined ? {} : { by: text(draft.by, "draft.by") }),
  };
}

function editOf(value: unknown, at: string): Edit {
  const kind = filled(fields(value, at).kind, `${at}.kind`);
  return { ...paramsOf(value, at), kind };
}

const UNSURE = ["hide", "texture", "fade"] as const;
const UNITS = 10_000_000;

function modeOf(value: unknown): Mode {
  const mode = fields(value, "mode");
  const name: ModeName = one(mode.mode, "mode.mode", MODES);
  switch (name) {
    case "look":
      return {
        mode: name,
        second: or(mode.second, (second) => askOf(second, "mode.second")),
        scheme: one(mode.scheme, "mode.scheme", ["quantile", "natural", "equal"]),
        classes: whole(mode.classes, "mode.classes", 2, 9),
        brush: or(mode.brush, brushOf),
        unsure: one(mode.unsure, "mode.unsure", UNSURE),
        pinned: or(mode.pinned, (at) => whole(at, "mode.pinned", 0, UNITS)),
        areas: or(mode.areas, (areas) => filled(areas, "mode.areas")),
      };
    case "change":
      return {
        mode: name,
        tool: or(mode.tool, (tool) => filled(tool, "mode.tool")),
        selected: or(mode.selected, (at) => whole(at, "mode.selected", 0, 100_000)),
      };
    case "compare":
      return {
        mode: name,
        plan: or(mode.plan ?? null, (plan) => filled(plan, "mode.plan")),
        plans: list(mode.plans, "mode.plans", filled),
        show: one(mode.show, "mode.show", ["difference", "swipe", "groups", "side"]),
        swipe: within(mode.swipe, "mode.swipe", 0, 1),
        dimension: or(mode.dimension, (dimension) => filled(dimension, "mode.dimension")),
        unsure: one(mode.unsure, "mode.unsure", UNSURE),
        pinned: or(mode.pinned, (at) => whole(at, "mode.pinned", 0, UNITS)),
      };
    case "explain":
      return { mode: name, part: one(mode.part, "mode.part", ["about", "brief", "data", "code"]) };
  }
}

function brushOf(value: unknown): readonly [number, number] {
  const [low, high, ...more] = list(value, "mode.brush", (end, at) => within(end, at, -1e15, 1e15));
  if (low === undefined || high === undefined || more.length || low > high) throw new Wrong("mode.brush");
  return [low, high];
}

/** The view to fall back on when a link cannot be read: the mode alone, where that much can be told. */
export function freshView(city: string, ask: Ask, mode: ModeName = "look"): View {
  return { city, ask, camera: null, table: false, draft: NO_DRAFT, mode: FRESH[mode] };
}
