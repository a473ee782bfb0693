import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { widget } from "./widget_build.ts";

// The built page goes into the Python package, which serves it and ships it in the wheel.
export default defineConfig({
  plugins: [preact(), widget()],
  base: "./",
  build: { outDir: "../src/stadslab/faces/web/built", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});
