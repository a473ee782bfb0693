/** What a field starts with where its form leaves it open: something that makes sense in this city. Pure. */

import type { City, Param } from "../server/types";
import type { Params, ParamValue } from "../state/mode";

/** By unit: a figure of the usual size, which people then change. */
const USUAL: Readonly<Record<string, number>> = { min: 10, "km/h": 30, "%": 20, "1": 100, m: 100, s: 60 };

export function startingValue(param: Param, city: City, asked: Params): ParamValue {
  if (param.many || param.pair) return null;
  if (param.offers === "kinds") {
    const kinds = city.kinds.map((one) => one.kind);
    const wanted = [asked.kind, asked.what, "school"].find((one) => typeof one === "string" && kinds.includes(one));
    return wanted ?? kinds[0] ?? null;
  }
  if (param.sort === "number" || param.sort === "whole") {
    const usual = USUAL[param.unit];
    if (usual === undefined) return null;
    return Math.min(Math.max(usual, param.low ?? usual), param.high ?? usual);
  }
  return param.choices[0]?.value ?? null;
}
