/** What to show before anybody asked: a question that this city can answer, and that anybody understands. */

import type { Catalogue, City, Indicator } from "../server/types";
import type { Ask, Params } from "../state/mode";

const FIRST = ["walk_to_nearest", "walk_access", "transit_access", "walk_gravity", "street_centrality"];

/** The first question for a city, and what is known to make it a good one. Null: it can answer none. */
export function defaultAsk(city: City, catalogue: Catalogue): Ask | null {
  const able = catalogue.indicators.filter((one) => !one.missing.length && complete(one));
  const first = FIRST.map((id) => able.find((one) => one.id === id)).find((one) => one !== undefined) ?? able[0];
  if (!first) return null;
  return { indicator: first.id, params: {}, support: defaultSupport(city), draws: 1, seed: 1 };
}

export function defaultSupport(city: City): string {
  const specs = city.supports.map((one) => one.spec);
  return specs.includes("h3:9") ? "h3:9" : (specs[0] ?? "h3:9");
}

/** Whether a question can be asked with nothing filled in. */
function complete(indicator: Indicator): boolean {
  return indicator.params.every((param) => !param.required);
}

/** The values a form starts from: what was asked, or the default. */
export function filledIn(indicator: Indicator, params: Params): Params {
  return Object.fromEntries(indicator.params.map((param) => [param.name, params[param.name] ?? param.default ?? null]));
}
