/** The map just as it is shown, saved as a picture: where one map is shown. */

import { useAppState, usePage, useWords } from "../app/context";
import { framed, legendLines, saveCanvas } from "./map_picture";

/** The bar the map shows for its scale. */
function scaleBar(map: HTMLElement): { text: string; width: number } | null {
  const bar = map.querySelector<HTMLElement>(".maplibregl-ctrl-scale");
  return bar ? { text: bar.textContent ?? "", width: bar.offsetWidth } : null;
}

export function AsShown({ credits }: { readonly credits: string }) {
  const { map, corner, city, announce } = usePage();
  const { view, theme } = useAppState();
  const words = useWords();
  const mode = view?.mode;
  if (!map || view?.table || (mode?.mode === "compare" && mode.show !== "difference")) return null;
  const save = async () => {
    const style = getComputedStyle(document.documentElement);
    const frame = {
      title: city.synthetic ? `${city.name} · ${words.explain.syntheticSign}` : city.name,
      legend: corner ? legendLines(corner) : [],
      credits,
      bar: scaleBar(map.map.getContainer()),
      paper: style.getPropertyValue("--paper").trim(),
      ink: style.getPropertyValue("--ink").trim(),
    };
    const name = `${city.name}-map-${theme}${city.synthetic ? "-synthetic" : ""}.png`;
    await saveCanvas(framed(await map.picture(), frame, devicePixelRatio || 1), name);
    announce(words.explain.pictureSaved);
  };
  return (
    <button type="button" onClick={save}>
      {words.explain.asShown}
    </button>
  );
}
