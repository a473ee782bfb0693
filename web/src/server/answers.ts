/** What the modes ask of the server, typed. Add a mode's own questions in a file beside this one, made of `call`. */

import type { Ask, Edit } from "../state/mode";
import { address, call, type Reply, type Working, work } from "./facade";
import type {
  AnswerHead,
  AnswerRequest,
  AnswerValues,
  AreaSummaries,
  Catalogue,
  City,
  CityHead,
  People,
  Units,
  Why,
  WhyRequest,
} from "./types";

export const cities = (): Promise<Reply<{ readonly cities: readonly CityHead[] }>> => call("/api/cities");

export const city = (name: string, language: string): Promise<Reply<City>> =>
  call(`/api/cities/${encodeURIComponent(name)}?language=${language}`);

export const catalogue = (name: string, language: string): Promise<Reply<Catalogue>> =>
  call(`/api/catalogue?${new URLSearchParams({ city: name, language })}`);

export function requestOf(city: string, ask: Ask, edits: readonly Edit[] = []): AnswerRequest {
  return { city, ...ask, edits };
}

export const answer = (request: AnswerRequest, language: string, working: Working): Promise<Reply<AnswerHead>> =>
  work(`/api/answers?language=${language}`, { ...working, method: "POST", body: request });

export const values = (key: string, language: string, signal?: AbortSignal): Promise<Reply<AnswerValues>> =>
  call(`/api/values/${key}?language=${language}`, { signal });

export const units = (digest: string, signal?: AbortSignal): Promise<Reply<Units>> =>
  call(`/api/units/${digest}`, { signal });

export const people = (name: string, digest: string, signal?: AbortSignal): Promise<Reply<People>> =>
  call(`/api/people/${encodeURIComponent(name)}/${digest}`, { signal });

/** Addresses of tiles, with places for the map to fill in. */
export const unitTiles = (digest: string): string => `${address("/api/tiles/units")}/${digest}/{z}/{x}/{y}.mvt`;

export const cityTiles = (name: string, version: string): string =>
  `${address("/api/tiles/city")}/${encodeURIComponent(name)}/${version}/{z}/{x}/{y}.mvt`;

export const areas = (
  city: string,
  key: string,
  support: string,
  language: string,
  signal?: AbortSignal,
): Promise<Reply<AreaSummaries>> =>
  call(`/api/values/${key}/areas?${new URLSearchParams({ city, support, language })}`, { signal });

export const why = (request: WhyRequest, language: string, signal?: AbortSignal): Promise<Reply<Why>> =>
  call(`/api/why?language=${language}`, { method: "POST", body: request, signal });
