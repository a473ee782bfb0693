/** What to show before anybody asked: a question that this city can answer, and that anybody understands. */

import type { Catalogue, City, Indicator, Param } from "../server/types";
import type { Ask, Params, ParamValue } from "../state/mode";

const FIRST = ["walk_to_nearest", "walk_access", "transit_access", "walk_gravity", "street_centrality"];
const KINDS = ["preschool", "school", "food_shop", "supermarket", "pharmacy", "park", "doctor"];

/** The first question for a city, and what is known to make it a good one. Null: it can answer none. */
export function defaultAsk(city: City, catalogue: Catalogue): Ask | null {
  const able = catalogue.indicators.filter((one) => !one.missing.length && complete(one, city));
  const first = FIRST.map((id) => able.find((one) => one.id === id)).find((one) => one !== undefined) ?? able[0];
  if (!first) return null;
  return { indicator: first.id, params: startingParams(first, city), support: defaultSupport(city), draws: 1, seed: 1 };
}

export function defaultSupport(city: City): string {
  const specs = city.supports.map((one) => one.spec);
  return specs.includes("h3:9") ? "h3:9" : (specs[0] ?? "h3:9");
}

/** What a question starts with in this city, where its own defaults leave something open or would find nothing. */
export function startingParams(indicator: Indicator, city: City): Params {
  const found: Record<string, ParamValue> = {};
  for (const param of indicator.params) {
    const value = offered(param, city);
    if (value !== null) found[param.name] = value;
  }
  return found;
}

function offered(param: Param, city: City): ParamValue {
  if (param.offers === "dates") return city.service?.usual ?? null;
  const kinds = new Set(city.kinds.map((one) => one.kind));
  if (param.offers === "kinds" && !kinds.has(String(param.default))) {
    return KINDS.find((kind) => kinds.has(kind)) ?? null;
  }
  if (param.offers === "opportunities" && !reachable(String(param.default ?? ""), city)) {
    return KINDS.find((kind) => kinds.has(kind)) ?? "people";
  }
  return null;
}

/** Whether the city has any of what is to be reached. */
function reachable(what: string, city: City): boolean {
  if (what === "people") return Object.keys(city.groups).length > 0;
  return city.counted_apart.includes(what) || city.kinds.some((one) => one.kind === what || one.group === what);
}

/** Whether a question can be asked of this city with nothing filled in by hand. */
export function complete(indicator: Indicator, city: City): boolean {
  const start = startingParams(indicator, city);
  return indicator.params.every((param) => !param.required || param.name in start);
}

/** The values of a form: what was asked, or what the question starts with, or its default. */
export function filledIn(indicator: Indicator, params: Params): Params {
  return Object.fromEntries(indicator.params.map((param) => [param.name, params[param.name] ?? param.default ?? null]));
}

/** Fields that make a question what it is; the others wait under "more settings". */
export function leading(param: Param): boolean {
  const named = ["minutes", "enough"].includes(param.name);
  return param.required || ["kinds", "opportunities", "place", "time"].includes(param.offers) || named;
}

/** The first required field of a question that nobody has filled in yet. */
export function stillNeeded(indicator: Indicator | undefined, params: Params): Param | null {
  const values = indicator ? filledIn(indicator, params) : {};
  return indicator?.params.find((param) => param.required && (values[param.name] ?? "") === "") ?? null;
}
