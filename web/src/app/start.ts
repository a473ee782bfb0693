/** How the page begins: from the shared link when there is a readable one, otherwise from the city's first question. */

import { defaultAsk } from "../look/default_ask";
import { catalogue, cities, city } from "../server/answers";
import type { Catalogue, City, Problem } from "../server/types";
import { type BadLink, freshView, type Link } from "../state/link";
import type { Language, View } from "../state/state";

export type Start =
  | { readonly kind: "ready"; readonly town: Town; readonly view: View; readonly bad: BadStart | null }
  | { readonly kind: "empty" }
  | { readonly kind: "refused"; readonly status: number; readonly problems: readonly Problem[] };

/** A city with what can be asked of it. names: all cities of the lab. */
export type Town = { readonly city: City; readonly catalogue: Catalogue; readonly names: readonly string[] };

/** Why the link was not followed. */
export type BadStart = BadLink | { readonly why: "city"; readonly city: string };

export async function start(link: Link, language: Language): Promise<Start> {
  const all = await cities();
  if (all.kind === "stale") return { kind: "empty" };
  if (all.kind === "refused") return all;
  const names = all.value.cities.map((one) => one.name);
  const linked = link.kind === "view" ? link.view : null;
  const name = linked && names.includes(linked.city) ? linked.city : names[0];
  if (name === undefined) return { kind: "empty" };
  const town = await townOf(name, language, names);
  if (!("city" in town)) return town;
  const bad: BadStart | null = link.kind === "bad" ? link : null;
  if (linked && linked.city === name) return { kind: "ready", town, view: linked, bad };
  const lost: BadStart | null = linked ? { why: "city", city: linked.city } : bad;
  return { kind: "ready", town, view: firstView(town), bad: lost };
}

export function firstView(town: Town): View {
  const nothing = { indicator: "", params: {}, support: "h3:9", draws: 1, seed: 1 };
  return freshView(town.city.name, defaultAsk(town.city, town.catalogue) ?? nothing);
}

type Refused = Extract<Start, { kind: "refused" }>;

export async function townOf(name: string, language: Language, names: readonly string[]): Promise<Town | Refused> {
  const [found, known] = await Promise.all([city(name, language), catalogue(name, language)]);
  if (found.kind === "refused") return found;
  if (known.kind === "refused") return known;
  if (found.kind === "stale" || known.kind === "stale") return { kind: "refused", status: 0, problems: [] };
  return { city: found.value, catalogue: known.value, names };
}
