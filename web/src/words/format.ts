/** Numbers, units and dates as the reader's language writes them. */

import type { Language } from "../state/state";

export const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", sv: "sv-SE" };
export const SMALL_COUNT = 5; // people; fewer are never told as digits

const UNIT_WORDS: Readonly<Record<string, Readonly<Record<Language, readonly [one: string, many: string]>>>> = {
  min: { en: ["min", "min"], sv: ["min", "min"] },
  s: { en: ["s", "s"], sv: ["s", "s"] },
  m: { en: ["m", "m"], sv: ["m", "m"] },
  km: { en: ["km", "km"], sv: ["km", "km"] },
  "m/s": { en: ["m/s", "m/s"], sv: ["m/s", "m/s"] },
  "km/h": { en: ["km/h", "km/h"], sv: ["km/h", "km/h"] },
  places: { en: ["place", "places"], sv: ["plats", "platser"] },
  people: { en: ["person", "people"], sv: ["person", "personer"] },
  jobs: { en: ["job", "jobs"], sv: ["arbetsplats", "arbetsplatser"] },
  opportunities: { en: ["opportunity", "opportunities"], sv: ["möjlighet", "möjligheter"] },
  "1": { en: ["", ""], sv: ["", ""] },
};

/** A number as people say it: whole from a hundred up, one decimal from one up; `digits` fixes the decimals. */
export function numberText(value: number, language: Language, digits?: number): string {
  const size = Math.abs(value);
  const decimals = digits ?? (Number.isInteger(value) || size >= 100 ? 0 : size >= 1 ? 1 : 2);
  const fixed = digits === undefined ? {} : { minimumFractionDigits: digits };
  const told = new Intl.NumberFormat(LOCALE[language], {
    maximumFractionDigits: decimals,
    signDisplay: "negative",
    ...fixed,
  });
  return told.format(value);
}

/** A unit in words after this number; a unit nobody translated stays as it is. */
export function unitText(unit: string, language: Language, value = 2): string {
  const words = UNIT_WORDS[unit]?.[language];
  if (!words) return unit;
  return new Intl.PluralRules(LOCALE[language]).select(value) === "one" ? words[0] : words[1];
}

/** A number with its unit: `12.4 min`. */
export function valueText(value: number, unit: string, language: Language, digits?: number): string {
  return `${numberText(value, language, digits)} ${unitText(unit, language, value)}`.trim();
}

/** A count of people as it may be told; null: may not be told. Small counts never appear as digits. */
export function peopleText(count: number | null, language: Language): string {
  const few = language === "sv" ? `färre än ${SMALL_COUNT}` : `fewer than ${SMALL_COUNT}`;
  return count === null || (count > 0 && count < SMALL_COUNT) ? few : numberText(Math.round(count), language, 0);
}

/** A share as a percentage without decimals. */
export function shareText(share: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** A day such as 2026-06-16 in words: `Tue 16 June 2026`. What is no day stays as it is. */
export function dayText(day: string, language: Language): string {
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(Date.UTC(year ?? Number.NaN, (month ?? Number.NaN) - 1, date ?? Number.NaN));
  if (Number.isNaN(at.getTime())) return day;
  const told = new Intl.DateTimeFormat(LOCALE[language], {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return told.format(at);
}

/** Metres as a person says them: `340 m`, `1.2 km`. */
export function metresText(metres: number, language: Language): string {
  return metres < 1000
    ? `${numberText(Math.round(metres), language, 0)} m`
    : `${numberText(Math.round(metres / 100) / 10, language)} km`;
}

/** Seconds as `3 min 45 s`; whole minutes above ten. */
export function lastingText(seconds: number, language: Language): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds >= 600) return `${numberText(Math.round(seconds / 60), language, 0)} min`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - 60 * minutes);
  return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
}

/** A moment such as 2026-06-16T08:05:00+00:00 in the reader's own time: `16 Jun 2026, 10:05`. */
export function momentText(moment: string, language: Language): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return moment;
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "medium", timeStyle: "short" }).format(at);
}
