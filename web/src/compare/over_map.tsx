/** Something that takes the place of the map, or lies over all of it: a second map, a page of small ones. */

import type { ComponentChildren } from "preact";
import { createPortal } from "preact/compat";
import { usePage } from "../app/context";

export function OverMap({ children }: { readonly children: ComponentChildren }) {
  const sheet = usePage().corner?.parentElement;
  return sheet ? createPortal(children, sheet) : null;
}
