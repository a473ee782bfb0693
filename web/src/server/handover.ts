/** What stands behind an answer, and handing it over: explanations, files, briefs, lines of code. */

import type { Edit } from "../state/mode";
import type { Language } from "../state/state";
import { address, call, type Reply, type Working, work } from "./facade";
import type { AnswerRequest, Told } from "./types";

export type SourceLayer = {
  readonly name: string;
  readonly digest: string;
  readonly verdict: string;
  readonly notes: readonly string[];
  readonly read_for: "answer" | "people" | "city";
};

export type Source = {
  readonly title: string;
  readonly source: string;
  readonly licence: string;
  readonly attribution: string;
  readonly homepage: string;
  readonly vintage: string;
  readonly synthetic: boolean;
  readonly layers: readonly SourceLayer[];
};

export type Sources = {
  readonly city: string;
  readonly sources: readonly Source[];
  readonly attribution: string;
  readonly vintages: readonly string[];
  readonly synthetic: boolean;
};

export type Chosen = {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string;
  readonly about: Told;
  readonly usual: boolean;
};

export type Explanation = {
  readonly key: string;
  readonly city: string;
  readonly title: string;
  readonly question: Told;
  readonly indicator: string;
  readonly method: number;
  readonly about: readonly Told[];
  readonly unit: string;
  readonly direction: "benefit" | "cost";
  readonly params: readonly Chosen[];
  readonly support: string;
  readonly units: number;
  readonly coverage: number;
  readonly sources: readonly Source[];
  readonly assumptions: readonly Told[];
  readonly uncertain: boolean;
  readonly draws: number;
  readonly seed: number;
  readonly blind_spots: readonly Told[];
  readonly cites: readonly string[];
  readonly people: { readonly method: Told; readonly notes: readonly Told[] } | null;
  readonly plan: { readonly name: string; readonly sentences: readonly string[] } | null;
  readonly software: string;
  readonly receipt: unknown;
  readonly receipt_key: string;
};

export type BriefRequest = {
  readonly city: string;
  readonly measures: readonly { readonly indicator: string; readonly params: unknown }[];
  readonly edits: readonly Edit[];
  readonly plan?: string;
  readonly support: string;
  readonly draws: number;
  readonly seed: number;
  readonly title: string;
  readonly question: string;
  readonly written: string;
  readonly format: "html" | "pdf";
  readonly language: Language;
};

export type Brief = {
  readonly file: string;
  readonly name: string;
  readonly format: "html" | "pdf";
  readonly bytes: number;
  readonly answers: readonly string[];
};

export type CodeRequest = AnswerRequest & { readonly plan?: string; readonly compare: boolean };

export type Code = { readonly python: string; readonly shell: string; readonly plan: string };

/** A saved plan, as far as it is handed over. */
export type SavedPlan = { readonly name: string; readonly edits: readonly Edit[] };

export const DATA = ["parquet", "csv", "geojson", "gpkg"] as const;
export type Ending = (typeof DATA)[number] | "png";

export const sources = (city: string, signal?: AbortSignal): Promise<Reply<Sources>> =>
  call(`/api/sources/${encodeURIComponent(city)}`, { signal });

export const explain = (key: string, language: string, signal?: AbortSignal): Promise<Reply<Explanation>> =>
  call(`/api/explain/${key}?language=${language}`, { signal });

export const brief = (request: BriefRequest, working: Working): Promise<Reply<Brief>> =>
  work("/api/brief", { ...working, method: "POST", body: request });

export const code = (request: CodeRequest, signal?: AbortSignal): Promise<Reply<Code>> =>
  call("/api/code", { method: "POST", body: request, signal });

export const savedPlan = (city: string, name: string, signal?: AbortSignal): Promise<Reply<SavedPlan>> =>
  call(`/api/cities/${encodeURIComponent(city)}/plans/${encodeURIComponent(name)}`, { signal });

/** Where the file of an answer is, or of a comparison. edges: borders of the classes of a picture. */
export function fileOf(
  keys: readonly [string] | readonly [string, string],
  ending: Ending,
  edges: readonly number[] = [],
) {
  const [first, second] = keys;
  const of = second === undefined ? `/api/values/${first}` : `/api/comparisons/${first}/${second}`;
  const query = edges.length ? `?${edges.map((edge) => `edges=${edge}`).join("&")}` : "";
  return address(`${of}/export.${ending}${query}`);
}
