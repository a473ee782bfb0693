/** What a person typed into a field, read as the parameter it is for: a value, or why it is none. */

import type { Param } from "../server/types";
import type { ParamValue } from "../state/mode";

export type Checked =
  | { readonly ok: true; readonly value: ParamValue }
  | { readonly ok: false; readonly why: "empty" | "number" | "whole" | "choice" | "pair" | "time" | "day" }
  | { readonly ok: false; readonly why: "low" | "high"; readonly limit: number };

/** Read a text. A decimal comma is as good as a point. An empty optional field is null. */
export function checked(param: Param, text: string): Checked {
  const said = text.trim();
  if (!said) return param.required || param.default !== null ? { ok: false, why: "empty" } : { ok: true, value: null };
  if (!param.many) return one(param, said);
  const values: ParamValue[] = [];
  for (const part of said.split(/[;\s]+|,(?=\s)|,(?!\d)/).filter(Boolean)) {
    const found = one(param, part);
    if (!found.ok) return found;
    values.push(found.value);
  }
  return { ok: true, value: values };
}

function one(param: Param, said: string): Checked {
  if (param.pair) return pair(said);
  if (param.sort === "number" || param.sort === "whole") return number(param, said);
  if (param.sort === "flag") return { ok: true, value: said === "true" };
  if (param.sort === "choice" && !param.choices.some((choice) => choice.value === said))
    return { ok: false, why: "choice" };
  if (param.offers === "time" && !/^([01]?\d|2[0-9]):[0-5]\d$/.test(said)) return { ok: false, why: "time" };
  if (param.offers === "dates" && !/^\d{4}-\d{2}-\d{2}$/.test(said)) return { ok: false, why: "day" };
  return { ok: true, value: said };
}

function number(param: Param, said: string): Checked {
  const plain = said
    .replaceAll(/[\s\u00a0\u202f]/g, "")
    .replace("\u2212", "-")
    .replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return { ok: false, why: "number" };
  const value = Number(plain);
  if (!Number.isFinite(value)) return { ok: false, why: "number" };
  if (param.sort === "whole" && !Number.isInteger(value)) return { ok: false, why: "whole" };
  if (param.low !== null && value < param.low) return { ok: false, why: "low", limit: param.low };
  if (param.high !== null && value > param.high) return { ok: false, why: "high", limit: param.high };
  return { ok: true, value };
}

function pair(said: string): Checked {
  const parts = said.split(/\s*[,\s]\s*/).map(Number);
  return parts.length === 2 && parts.every(Number.isFinite) ? { ok: true, value: parts } : { ok: false, why: "pair" };
}

/** A value as the text of its field. */
export function fieldText(value: ParamValue | undefined): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map((item) => fieldText(item)).join(" ") : String(value);
}
