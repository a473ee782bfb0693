/** What a plan does on the map: drawn over what it changes. */

import { useEffect } from "preact/hooks";
import { useLanguage, usePage, useTheme } from "../app/context";
import { sketchOf } from "../change/marks";
import { checkPlan, getPlan } from "../server/plans";
import type { Edit } from "../state/mode";
import type { Draft } from "../state/state";

/** name: a saved plan; empty: the one being drawn. A plan that cannot be drawn is told of elsewhere. */
export function useSketch(name: string, draft: Draft): void {
  const { map, city } = usePage();
  const theme = useTheme();
  const language = useLanguage();
  const edits = name ? "" : JSON.stringify(draft.edits);
  useEffect(() => {
    if (!map) return;
    const end = new AbortController();
    void drawn().then((steps) => {
      if (steps && !end.signal.aborted) map.setOverlay("sketch", sketchOf(steps, null, theme));
    });
    return () => {
      end.abort();
      map.setOverlay("sketch", null);
    };

    async function drawn() {
      let list: readonly Edit[] = draft.edits;
      if (name) {
        const saved = await getPlan(city.name, name, language);
        if (saved.kind !== "ok") return null;
        list = saved.value.edits;
      }
      const checked = await checkPlan(city.name, list, language, end.signal);
      return checked.kind === "ok" ? checked.value.steps : null;
    }
  }, [map, city.name, name, edits, theme]);
}
