/** What the map in a notebook says, in each language. */

import type { Language } from "../state/state";

const en = {
  choose: "What the map shows",
  value: "Value",
  change: "Change",
  before: "Before",
  after: "After",
  both: "Before | after",
  point: "Point at the map to read its numbers. Zoom with the buttons, a double click or the keyboard.",
  range: "(9 of 10 draws: {low} to {high})",
  unreachable: "unreachable",
  unknown: "unknown",
  noChange: "reach won, lost or not known",
  noWebgl: "This browser cannot draw the map (WebGL is missing). The table has every number.",
  reasons: {
    "1": "no street near enough to start from",
    "2": "no way through the network",
    "3": "farther than the limit",
    "4": "no such place in the city",
    "5": "no data here",
    "6": "no stop within the longest walk",
    "7": "fewer than 5 people, which is not told",
  } as Readonly<Record<string, string>>,
};

const sv: typeof en = {
  choose: "Vad kartan visar",
  value: "Värde",
  change: "Förändring",
  before: "Före",
  after: "Efter",
  both: "Före | efter",
  point: "Peka på kartan för att läsa talen. Zooma med knapparna, dubbelklick eller tangentbordet.",
  range: "(9 av 10 dragningar: {low} till {high})",
  unreachable: "går inte att nå",
  unknown: "okänt",
  noChange: "nås nytt, nås inte längre eller okänt",
  noWebgl: "Webbläsaren kan inte rita kartan (WebGL saknas). Tabellen har alla tal.",
  reasons: {
    "1": "ingen gata nära nog att börja från",
    "2": "ingen väg genom nätet",
    "3": "längre bort än gränsen",
    "4": "ingen sådan plats i staden",
    "5": "inga data här",
    "6": "ingen hållplats inom den längsta gångvägen",
    "7": "färre än 5 personer, vilket inte visas",
  },
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, sv };
