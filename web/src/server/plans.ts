/** Plans, and help for drawing: what the Change mode asks of the server. */

import type * as GeoJSON from "geojson";
import type { Edit, ParamValue } from "../state/mode";
import { call, type Reply } from "./facade";
import type { Problem } from "./types";

export type LonLat = readonly [number, number];

/** One edit of a list: in words, what is wrong with it, and what it does on the map. made: false where it cannot be. */
export type Step = {
  readonly kind: string;
  readonly sentence: string;
  readonly made: boolean;
  readonly problems: readonly Problem[];
  readonly sketch: GeoJSON.FeatureCollection;
};

export type Checked = {
  readonly version: string;
  readonly steps: readonly Step[];
  readonly moved: readonly Problem[];
};

export type PlanHead = {
  readonly name: string;
  readonly tag: string;
  readonly saved: string;
  readonly why: string;
  readonly by: string;
  readonly edits: number;
  readonly problems: readonly Problem[];
};

export type Plan = {
  readonly name: string;
  readonly tag: string;
  readonly saved: string;
  readonly why: string;
  readonly by: string;
  readonly cost: string;
  readonly from_date: string;
  readonly edits: readonly Edit[];
  readonly sentences: readonly string[];
  readonly drawn_on: Readonly<Record<string, unknown>>;
  readonly moved: readonly Problem[];
};

export type Difference = {
  readonly what: "only_yours" | "only_theirs" | "order" | "why" | "by" | "cost" | "from_date";
  readonly yours: string;
  readonly theirs: string;
};

/** Somebody saved the plan meanwhile. theirs: null where it was deleted. */
export type Conflict = {
  readonly problems: readonly Problem[];
  readonly theirs: Plan | null;
  readonly differences: readonly Difference[];
};

export type Line = {
  readonly id: string;
  readonly mode: string;
  readonly name: string;
  readonly long_name: string;
  readonly words: string;
};

export type NearStreet = {
  readonly id: string;
  readonly way: string;
  readonly name: string;
  readonly words: string;
  readonly whole: string;
  readonly modes: readonly string[];
  readonly speed_kmh: number;
  readonly away_m: number;
  readonly at: LonLat;
  readonly line: readonly LonLat[];
  readonly whole_lines: readonly (readonly LonLat[])[];
  readonly junctions: readonly { readonly id: string; readonly at: LonLat }[];
};

export type NearStop = {
  readonly id: string;
  readonly kind: string;
  readonly words: string;
  readonly away_m: number;
  readonly at: LonLat;
  readonly station: { readonly id: string; readonly words: string } | null;
  readonly lines: readonly Line[];
};

export type NearPlace = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly capacity: number | null;
  readonly words: string;
  readonly away_m: number;
  readonly at: LonLat;
};

export type Near = {
  readonly streets: readonly NearStreet[];
  readonly stops: readonly NearStop[];
  readonly places: readonly NearPlace[];
};

export type NamedSort = "streets" | "stops" | "places" | "lines";

export type Match = {
  readonly sort: NamedSort;
  readonly id: string;
  readonly words: string;
  readonly about: string;
  readonly at: LonLat | null;
};

export type ToSave = {
  readonly why: string;
  readonly by: string;
  readonly edits: readonly Edit[];
  readonly drawn_on?: Readonly<Record<string, unknown>>;
  readonly redraw?: boolean;
};

const of = (city: string, rest: string): string => `/api/cities/${encodeURIComponent(city)}/${rest}`;
const plan = (city: string, name: string, language: string): string =>
  of(city, `plans/${encodeURIComponent(name)}?language=${language}`);
const seen = (tag: string | null): Record<string, string> =>
  tag === null ? { "If-None-Match": "*" } : { "If-Match": `"${tag}"` };

export const listPlans = (city: string, language: string): Promise<Reply<{ readonly plans: readonly PlanHead[] }>> =>
  call(of(city, `plans?language=${language}`));

export const getPlan = (city: string, name: string, language: string): Promise<Reply<Plan>> =>
  call(plan(city, name, language));

/** Save: over the version with this tag, or (null) as a new plan. Refused with 412 when another version is there. */
export const putPlan = (city: string, name: string, tag: string | null, body: ToSave, language: string) =>
  call<Plan>(plan(city, name, language), { method: "PUT", body, headers: seen(tag) });

export const deletePlan = (city: string, name: string, tag: string): Promise<Reply<null>> =>
  call(plan(city, name, "en"), { method: "DELETE", headers: seen(tag) });

export const checkPlan = (
  city: string,
  edits: readonly Edit[],
  language: string,
  signal?: AbortSignal,
): Promise<Reply<Checked>> => call(of(city, `plans/check?language=${language}`), { body: { edits }, signal });

export const near = (
  city: string,
  [lon, lat]: LonLat,
  within_m: number,
  sorts: string,
  language: string,
  signal?: AbortSignal,
): Promise<Reply<Near>> => {
  const asked = { at: `${lon},${lat}`, within_m: String(within_m), sorts, language };
  return call(of(city, `near?${new URLSearchParams(asked)}`), { signal });
};

export const named = (
  city: string,
  text: string,
  sort: NamedSort,
  language: string,
  signal?: AbortSignal,
): Promise<Reply<{ readonly matches: readonly Match[] }>> =>
  call(of(city, `named?${new URLSearchParams({ text, sort, language })}`), { signal });

export const lines = (city: string, language: string): Promise<Reply<{ readonly lines: readonly Line[] }>> =>
  call(of(city, `lines?language=${language}`));

/** The conflict a refusal carries; null where it is about something else. */
export function conflictIn(reply: { readonly status: number; readonly body: unknown }): Conflict | null {
  return reply.status === 412 ? (reply.body as Conflict) : null;
}

/** The text of a scenario file: what `stadslab` on a shell reads as well. */
export function scenarioText(name: string, why: string, by: string, edits: readonly Edit[]): string {
  const file = { format: 1, name, why, by, cost: "", from_date: "", drawn_on: {}, edits };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export type Imported =
  | {
      readonly kind: "ok";
      readonly name: string;
      readonly why: string;
      readonly by: string;
      readonly edits: readonly Edit[];
      readonly lost: number; // entries that are no edits at all
    }
  | { readonly kind: "bad"; readonly why: "json" | "scenario" };

/** What a scenario file says; edits are taken as they are, since the server tells what is wrong with them. */
export function readScenario(text: string): Imported {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return { kind: "bad", why: "json" };
  }
  const file = value as Record<string, unknown> | null;
  if (typeof file !== "object" || file === null || !Array.isArray(file.edits)) return { kind: "bad", why: "scenario" };
  const edits = file.edits.filter(isEdit);
  const text_of = (key: string) => (typeof file[key] === "string" ? (file[key] as string) : "");
  return {
    kind: "ok",
    name: text_of("name"),
    why: text_of("why"),
    by: text_of("by"),
    edits,
    lost: file.edits.length - edits.length,
  };
}

function isEdit(value: unknown): value is Edit {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { kind, ...rest } = value as Record<string, unknown>;
  return typeof kind === "string" && kind !== "" && Object.values(rest).every((one) => isValue(one, 0));
}

function isValue(value: unknown, depth: number): value is ParamValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  return Array.isArray(value) && depth < 6 && value.every((one) => isValue(one, depth + 1));
}
