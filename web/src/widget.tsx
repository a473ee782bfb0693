/** The map as a widget of a notebook: one file that asks no server for anything. */

import mapStyle from "maplibre-gl/dist/maplibre-gl.css?inline";
import { render } from "preact";
import type { CityMap } from "./map/city_map";
import type { Told } from "./notebook/told";
import { NotebookMap } from "./notebook/view";
import ownStyle from "./notebook/widget.css?inline";
import type { Language, Theme } from "./state/state";

type Model = {
  get(name: "told"): Told;
  get(name: "alt"): string;
  get(name: "language"): Language;
  get(name: "theme"): Theme | "auto";
  on(event: string, tell: () => void): void;
  off(event: string, tell: () => void): void;
};

const CHANGES = ["change:told", "change:alt", "change:language", "change:theme"];

/** Light or dark, as the page around the widget is. */
function themeOf(wanted: Theme | "auto"): Theme {
  if (wanted !== "auto") return wanted;
  const { body } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false" ? "dark" : "light";
  if (body.classList.contains("vscode-dark")) return "dark";
  if (body.classList.contains("vscode-light")) return "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Draw the widget into `el`; returns how to take it away. Tests find its maps at `el.maps`. */
function draw({ model, el }: { readonly model: Model; readonly el: HTMLElement }): () => void {
  const style = document.createElement("style");
  style.textContent = `${mapStyle}\n${ownStyle}`;
  const place = document.createElement("div");
  el.append(style, place);
  const onMaps = (maps: readonly CityMap[]) => Object.assign(el, { maps });
  const show = () =>
    render(
      <NotebookMap
        told={model.get("told")}
        alt={model.get("alt")}
        language={model.get("language")}
        theme={themeOf(model.get("theme"))}
        onMaps={onMaps}
      />,
      place,
    );
  for (const event of CHANGES) model.on(event, show);
  show();
  return () => {
    for (const event of CHANGES) model.off(event, show);
    render(null, place);
    el.replaceChildren();
  };
}

export default { render: draw };
