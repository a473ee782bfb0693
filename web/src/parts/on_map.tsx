/** Something that belongs to the map and lies over its corner: a legend, a slider. */

import type { VNode } from "preact";
import { createPortal } from "preact/compat";
import { usePage } from "../app/context";

export function OnMap({ children }: { readonly children: VNode }) {
  const { corner } = usePage();
  return corner ? createPortal(children, corner) : null;
}
