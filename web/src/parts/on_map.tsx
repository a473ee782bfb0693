/** Something that belongs to the map and lies over its corner: a legend, a slider. */

import type { VNode } from "preact";
import { createPortal } from "preact/compat";
import { usePage } from "../app/context";

type Props = { readonly children: VNode | null; readonly place?: "corner" | "over" };

/** place: the corner of legends, or anywhere over the map (the child says where, in CSS). */
export function OnMap({ children, place = "corner" }: Props) {
  const target = usePage()[place];
  return target && children ? createPortal(children, target) : null;
}
