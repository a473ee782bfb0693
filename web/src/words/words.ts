/** The words of a language, and how blanks in them are filled. */

import type { Language } from "../state/state";
import { en, type Words } from "./en";
import { sv } from "./sv";

const ALL: Readonly<Record<Language, Words>> = { en, sv };
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["sv", "Svenska"],
];

export function wordsOf(language: Language): Words {
  return ALL[language];
}

/** The sentence with its blanks (`{name}`) filled; a blank nobody fills stays visible. */
export function told(sentence: string, blanks: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (blank, name: string) => String(blanks[name] ?? blank));
}
