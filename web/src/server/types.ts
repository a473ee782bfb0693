/** What travels between page and server. The server's own description (OpenAPI, `schema.d.ts`) is the truth. */

import type { Edit, Params, ParamValue } from "../state/mode";

export type Problem = {
  readonly where: string;
  readonly what: string;
  readonly hint: string;
  readonly severity: string;
};

export type Param = {
  readonly name: string;
  readonly type: "text" | "number" | "integer" | "boolean" | "choice" | string;
  readonly default: ParamValue;
  readonly required: boolean;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly choices: readonly string[];
  readonly many: boolean;
  readonly optional: boolean;
  readonly about: string;
  readonly pair: boolean;
};

export type Missing = { readonly layer: string; readonly sources: readonly string[] };

export type Indicator = {
  readonly id: string;
  readonly question: string;
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly about: string;
  readonly params: readonly Param[];
  readonly blind_spots: readonly string[];
  readonly cites: readonly string[];
  readonly uncertain: unknown;
  readonly missing: readonly Missing[];
};

export type EditKind = {
  readonly kind: string;
  readonly question: string;
  readonly touches: readonly string[];
  readonly params: readonly Param[];
  readonly drawn: "street" | "line" | "point" | "stop" | "route" | "none";
};

export type Catalogue = { readonly indicators: readonly Indicator[]; readonly edits: readonly EditKind[] };

export type CityName = { readonly name: string };

export type SupportOffer = { readonly spec: string; readonly label: string };

export type City = {
  readonly name: string;
  readonly version: string;
  readonly bounds: readonly [number, number, number, number];
  readonly centre: readonly [number, number];
  readonly layers: unknown;
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  readonly supports: readonly SupportOffer[];
  readonly service_dates: readonly string[];
  readonly attributions: readonly string[];
  readonly synthetic: boolean;
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
  readonly reasons: Readonly<Record<string, number | null>>;
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
  readonly bounds: readonly [number, number, number, number];
  readonly count: number;
};

/** People per unit: dimension to group to counts; null where a count may not be told. */
export type People = {
  readonly people: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;
  readonly method: string;
};

export type Job = { readonly id: string; readonly state?: string };
