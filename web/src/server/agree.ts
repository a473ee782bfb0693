/**
 * Read by the compiler alone: what the page takes a reply for is what the server says it sends, and what the page asks
 * is what the server says it takes. `schema.d.ts` is made from the server's description of itself (`make types`).
 */

import type { Change, ComparisonHead } from "./comparisons";
import type { Brief, Code, Explanation, Sources } from "./handover";
import type { components } from "./schema";
import type * as page from "./types";

type Server = components["schemas"];
/** True where everything the server sends is what the page expects. */
type Sent<From, To> = From extends To ? true : ["the server sends something else than the page expects", From];
/** True where everything the page asks is what the server takes. */
type Taken<From, To> = From extends To ? true : ["the page asks what the server does not take", From];

type Writable<T> = T extends readonly (infer Item)[]
  ? number extends T["length"]
    ? Writable<Item>[]
    : { -readonly [Key in keyof T]: Writable<T[Key]> }
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

export const AGREED: readonly [
  Sent<Server["Problems"], { problems: readonly page.Problem[] }>,
  Sent<Server["Cities"], { cities: readonly page.CityHead[] }>,
  Sent<Server["CityOut"], page.City>,
  Sent<Server["Told"], page.Told>,
  Sent<Server["AnswerHead"]["summary"], page.Summary>,
  Sent<Server["ValuesOut"], page.AnswerValues>,
  Sent<Server["UnitsOut"], page.Units>,
  Sent<Server["PeopleOut"], page.People>,
  Sent<Server["JobOut"], page.Job>,
  Sent<Omit<Server["IndicatorOut"], "params">, Omit<page.Indicator, "params">>,
  Sent<Omit<Server["EditOut"], "params">, Omit<page.EditKind, "params">>,
  Sent<Omit<Server["ParamOut"], "default">, Omit<page.Param, "default">>,
  Sent<Omit<Server["AnswerHead"], "params">, Omit<page.AnswerHead, "params">>,
  Sent<Server["ExplainOut"], Explanation>,
  Sent<Server["SourcesOut"], Sources>,
  Sent<Server["CodeOut"], Code>,
  Sent<Server["BriefOut"], Brief>,
  Sent<Server["ChangeOut"], Change>,
  Sent<Server["ComparisonHead"], ComparisonHead>,
  Taken<Writable<page.AnswerRequest>, Server["Asked"]>,
] = [
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
];
