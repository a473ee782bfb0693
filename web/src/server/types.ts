/** What travels between page and server. The server's own description (OpenAPI, `schema.d.ts`) is the truth. */

import type * as GeoJSON from "geojson";
import type { Edit, Params, ParamValue } from "../state/mode";

export type Problem = {
  readonly where: string;
  readonly what: string;
  readonly hint: string;
  readonly severity: string;
};

/** A text, and the language it is in (`lang` of the element that shows it). */
export type Told = { readonly text: string; readonly lang: string };

export type Choice = { readonly value: string; readonly label: Told };

/** One field of a form. offers: what to offer for its value; see the server's catalogue. */
export type Param = {
  readonly name: string;
  readonly label: Told;
  readonly about: Told;
  readonly sort: "text" | "number" | "whole" | "flag" | "choice";
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly choices: readonly Choice[];
  readonly default: ParamValue;
  readonly required: boolean;
  readonly many: boolean;
  readonly pair: boolean;
  readonly offers:
    | "kinds"
    | "opportunities"
    | "dates"
    | "time"
    | "place"
    | "street"
    | "stop"
    | "route"
    | "draw"
    | "none";
};

export type Missing = { readonly layer: string; readonly sources: readonly string[] };

export type Indicator = {
  readonly id: string;
  readonly label: Told;
  readonly question: Told;
  readonly title: Told;
  readonly about: Told;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly live: boolean;
  readonly params: readonly Param[];
  readonly blind_spots: readonly Told[];
  readonly cites: readonly string[];
  readonly uncertain: readonly { readonly param: string; readonly relative_sd: number; readonly source: string }[];
  readonly missing: readonly Missing[];
};

export type EditKind = {
  readonly kind: string;
  readonly label: Told;
  readonly question: Told;
  readonly touches: readonly string[];
  readonly params: readonly Param[];
  readonly drawn: "street" | "line" | "point" | "stop" | "route" | "place" | "none";
  readonly missing: readonly Missing[];
};

export type Catalogue = { readonly indicators: readonly Indicator[]; readonly edits: readonly EditKind[] };

export type CityHead = { readonly name: string; readonly version: string; readonly synthetic: boolean };

export type SupportOffer = {
  readonly spec: string;
  readonly label: string;
  readonly kind: "hexagons" | "squares" | "areas";
};

export type Service = {
  readonly first: string;
  readonly last: string;
  readonly dates: readonly string[];
  readonly usual: string;
};

export type PlaceKind = {
  readonly kind: string;
  readonly group: string;
  readonly label: string;
  readonly count: number;
};

export type City = CityHead & {
  readonly layers: readonly string[];
  readonly bounds: readonly [number, number, number, number];
  readonly centre: readonly [number, number];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly counted_apart: readonly string[];
  readonly supports: readonly SupportOffer[];
  readonly kinds: readonly PlaceKind[];
  readonly service: Service | null;
  readonly attributions: readonly string[];
  readonly plans: readonly string[];
};

export type AnswerRequest = {
  readonly city: string;
  readonly indicator: string;
  readonly params: Params;
  readonly support: string;
  readonly draws: number;
  readonly seed: number;
  readonly edits: readonly Edit[];
};

export type Summary = {
  readonly unit: string;
  readonly units: number;
  readonly people: number | null;
  readonly mean: number | string | null;
  readonly tenth: number | string | null;
  readonly median: number | string | null;
  readonly ninetieth: number | string | null;
  readonly none: number | null;
  readonly unknown: number | null;
  readonly counted: "people" | "units";
  readonly reasons: readonly { readonly words: string; readonly count: number | null }[];
};

export type AnswerHead = {
  readonly key: string;
  readonly title: string;
  readonly question: string;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly indicator: string;
  readonly params: Params;
  readonly support: string;
  readonly support_digest: string;
  readonly count: number;
  readonly uncertain: boolean;
  readonly draws: number;
  readonly summary: Summary;
  readonly assumptions: readonly string[];
  readonly warnings: readonly Problem[];
  readonly cached: boolean;
};

export type AnswerValues = {
  readonly value: readonly (number | null)[];
  readonly unreachable: readonly number[];
  readonly low?: readonly (number | null)[] | null;
  readonly high?: readonly (number | null)[] | null;
  readonly reason: readonly number[];
  readonly reasons: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly support_digest: string;
};

export type Units = {
  readonly ids: readonly string[];
  readonly points: readonly (readonly [number, number])[];
  readonly bounds: readonly [number, number, number, number] | null;
  readonly count: number;
};

/** People per unit: dimension to group to counts, rounded; null where a count may not be told. */
export type People = {
  readonly rounded_to: number;
  readonly people: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;
  readonly names: readonly (string | null)[] | null;
  readonly method: string;
};

/** Long work. stage: what is being done; done of total steps of it (total 0: not known). */
export type Job = {
  readonly id: string;
  readonly words: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly problems: readonly Problem[];
};

/** An answer summarised for areas, in the order of the units of `support_digest`; per person where people are known. */
export type AreaSummaries = {
  readonly support: string;
  readonly support_digest: string;
  readonly unit: string;
  readonly counted: "people" | "units";
  readonly ids: readonly string[];
  readonly names: readonly (string | null)[] | null;
  readonly mean: readonly (number | null)[];
  readonly tenth: readonly (number | null)[];
  readonly median: readonly (number | null)[];
  readonly ninetieth: readonly (number | null)[];
  readonly unreachable: readonly number[]; // positions of the areas in which nobody gets anywhere
  readonly people: readonly (number | null)[];
  readonly none: readonly (number | null)[];
  readonly unknown: readonly (number | null)[];
};

export type WhyRequest = AnswerRequest & { readonly unit: number };

/** One part of a trip. kind: to_street, along, from_street; access, wait, ride, transfer, egress, walk with a timetable. */
export type WhyLeg = {
  readonly kind: string;
  readonly seconds: number;
  readonly start: string; // time of day; empty where no timetable is involved
  readonly metres: number | null;
  readonly origin: string;
  readonly destination: string;
  readonly mode: string;
  readonly line: string;
  readonly towards: string;
  readonly stops: number;
};

export type WhyPlace = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly lon: number;
  readonly lat: number;
  readonly minutes: number | null;
  readonly metres: number | null;
};

/** What is behind a number. how: one trip (walk, cycle, drive, journey), what is near (reach, stops), or nothing. */
export type Why = {
  readonly unit: number;
  readonly id: string;
  readonly value: number | null;
  readonly unreachable: boolean;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string;
  readonly how: "walk" | "cycle" | "drive" | "journey" | "reach" | "stops" | "nothing";
  readonly legs: readonly WhyLeg[];
  readonly places: readonly WhyPlace[];
  readonly in_reach: number | null;
  readonly share: number | null; // of departures that take no longer
  readonly path: GeoJSON.FeatureCollection;
};
