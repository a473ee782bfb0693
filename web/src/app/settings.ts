/** The reader's own settings: kept in this browser, never in a link. */

import type { Language, Theme } from "../state/state";

export function startingLanguage(): Language {
  const kept = recall("language");
  if (kept === "sv" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("sv") ? "sv" : "en";
}

export function startingTheme(): Theme {
  const kept = recall("theme");
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function remember(name: "language" | "theme", value: string): void {
  try {
    localStorage.setItem(`stadslab.${name}`, value);
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(`stadslab.${name}`);
  } catch {
    return null;
  }
}
