/** After the page: the same map as one file for notebooks, which carries its worker and its style with it. */

import preact from "@preact/preset-vite";
import { build, type Plugin } from "vite";

const STYLE = "maplibre-gl/dist/maplibre-gl.css";
const WORKER = "maplibre-gl/dist/maplibre-gl-worker.mjs";
const OURS = "\0widget:";

/** In a widget there is no address to load a worker or a style from. */
function carried(): Plugin {
  return {
    name: "widget-carried",
    enforce: "pre",
    resolveId: (id) => (id === STYLE || id === `${WORKER}?url` ? OURS + id : null),
    load(id) {
      if (id === OURS + STYLE) return ""; // put into the widget itself by widget.tsx
      if (id !== `${OURS}${WORKER}?url`) return null;
      return `import code from "${WORKER}?raw";
export default URL.createObjectURL(new Blob([code], { type: "text/javascript" }));`;
    },
  };
}

/** Builds `widget.js` beside the page, whenever the page is built. */
export function widget(): Plugin {
  return {
    name: "widget",
    apply: "build",
    async writeBundle({ dir }) {
      await build({
        configFile: false,
        logLevel: "warn",
        plugins: [carried(), preact()],
        build: {
          outDir: dir ?? "",
          emptyOutDir: false,
          target: "es2022",
          chunkSizeWarningLimit: 2500,
          copyPublicDir: false,
          rolldownOptions: {
            input: "src/widget.tsx",
            preserveEntrySignatures: "strict",
            output: { entryFileNames: "widget.js", codeSplitting: false },
          },
        },
      });
    },
  };
}
