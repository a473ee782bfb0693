/** The city's own map out of what the widget carries: an address nobody but this page knows. */

import { addProtocol, removeProtocol } from "maplibre-gl";
import type { Told } from "./told";

let made = 0;

/** Answer for the tiles that came along. Returns their address for a style, and how to stop. */
export function serveTiles(told: Told): { readonly address: string; readonly stop: () => void } {
  made += 1;
  const scheme = `stadslab${made}`;
  addProtocol(scheme, async ({ url }) => ({ data: await tileOf(told, url.slice(scheme.length + 3)) }));
  return { address: `${scheme}://{z}/{x}/{y}`, stop: () => removeProtocol(scheme) };
}

/** The bytes of one tile; none where nothing lies there. */
export async function tileOf(told: Told, place: string): Promise<ArrayBuffer> {
  const [start, end] = told.city.index[place] ?? [0, 0];
  if (end <= start) return new ArrayBuffer(0);
  const { buffer, byteOffset } = told.city_tiles;
  const packed = new Uint8Array(buffer as ArrayBuffer, byteOffset + start, end - start);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
