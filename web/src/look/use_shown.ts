/** What the Look mode shows: the answer, a second one, areas or a departure; with the people it is about. */

import { useEffect, useState } from "preact/hooks";
import { useLanguage, usePage } from "../app/context";
import { areas as askAreas, people as askPeople, units as askUnits } from "../server/answers";
import type { Reply } from "../server/facade";
import type { AreaSummaries, People, Problem, Units } from "../server/types";

export type Fetched<T> = { readonly value: T | null; readonly problems: readonly Problem[] };

/** Ask for something whenever its key changes; what an older key asked for is given up. */
export function useFetched<T>(key: string, ask: (signal: AbortSignal) => Promise<Reply<T>>): Fetched<T> {
  const [found, tell] = useState<Fetched<T> & { key: string }>({ key: "", value: null, problems: [] });
  useEffect(() => {
    if (!key) return;
    const end = new AbortController();
    void ask(end.signal).then((reply) => {
      if (end.signal.aborted || reply.kind === "stale") return;
      if (reply.kind === "ok") tell({ key, value: reply.value, problems: [] });
      else tell({ key, value: null, problems: reply.problems });
    });
    return () => end.abort();
  }, [key]);
  return found.key === key ? found : { value: null, problems: [] };
}

/** People per unit; null while not known, and where the city has none. */
export function usePeople(digest: string | null): People | null {
  const { city } = usePage();
  const key = digest ? `${city.name} ${city.version} ${digest}` : "";
  return useFetched(key, (signal) => askPeople(city.name, digest ?? "", signal)).value;
}

/** Everybody in each unit; null where no people are known. */
export function everybody(people: People | null): readonly (number | null)[] | null {
  return people?.people.total?.all ?? null;
}

export function useUnits(digest: string | null): Units | null {
  return useFetched<Units>(digest ?? "", (signal) => askUnits(digest ?? "", signal)).value;
}

/** The answer of this key summarised for each of these areas. */
export function useAreas(key: string | null, support: string | null): Fetched<AreaSummaries> {
  const { city } = usePage();
  const language = useLanguage();
  const asked = key && support ? `${key} ${support} ${language}` : "";
  return useFetched(asked, (signal) => askAreas(city.name, key ?? "", support ?? "", language, signal));
}
