/** What the page takes the server's replies for is what the server says they are: checked by the compiler. */

import { describe, expectTypeOf, it } from "vitest";
import type { components } from "./schema";
import type * as page from "./types";

type Server = components["schemas"];

describe("the page's types", () => {
  it("hold for everything the server replies", () => {
    expectTypeOf<Server["AnswerHead"]>().toExtend<Omit<page.AnswerHead, "params">>();
    expectTypeOf<Server["ValuesOut"]>().toExtend<page.AnswerValues>();
    expectTypeOf<Server["UnitsOut"]>().toExtend<page.Units>();
    expectTypeOf<Server["PeopleOut"]>().toExtend<page.People>();
    expectTypeOf<Server["CityOut"]>().toExtend<page.City>();
    expectTypeOf<Server["IndicatorOut"]>().toExtend<Omit<page.Indicator, "params">>();
    expectTypeOf<Server["ParamOut"]>().toExtend<Omit<page.Param, "default">>();
    expectTypeOf<Server["EditOut"]>().toExtend<Omit<page.EditKind, "params">>();
    expectTypeOf<Server["JobOut"]>().toExtend<page.Job>();
    expectTypeOf<Server["ProblemOut"]>().toExtend<page.Problem>();
    expectTypeOf<Server["AreasOut"]>().toExtend<page.AreaSummaries>();
    expectTypeOf<Server["WhyOut"]>().toExtend<Omit<page.Why, "how" | "path">>();
  });

  it("hold for everything the page asks", () => {
    expectTypeOf<Omit<page.AnswerRequest, "edits" | "params">>().toExtend<Partial<Server["Asked"]>>();
    expectTypeOf<Omit<page.WhyRequest, "edits" | "params">>().toExtend<Partial<Server["WhyAsked"]>>();
  });
});
