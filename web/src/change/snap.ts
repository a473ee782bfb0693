/** Where a point set by hand is meant to be: on a stop, a junction or a street that is near enough. Pure. */

import type { LonLat, Near } from "../server/plans";
import type { Dot } from "./pen";

export const CATCH = 14; // pixels within which a pointer means the thing

/** Metres to a pixel at this zoom and latitude (tiles of 512 pixels). */
export function metresPerPixel(zoom: number, lat: number): number {
  return (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
}

/** Metres between two points near each other. */
export function apart([a, b]: LonLat, [c, d]: LonLat): number {
  const east = (c - a) * Math.cos((((b + d) / 2) * Math.PI) / 180);
  return 111_195 * Math.hypot(east, d - b);
}

/** For a street: a junction first, then the nearest point of a street; otherwise where the pointer is. */
export function onStreet(at: LonLat, near: Near, within_m: number): Dot {
  const joints = near.streets.flatMap((street) => street.junctions.map((one) => one.at));
  const joint = joints
    .map((one) => ({ one, away: apart(at, one) }))
    .filter(({ away }) => away <= within_m)
    .sort((a, b) => a.away - b.away)[0];
  if (joint) return { at: joint.one, stop: null };
  const street = near.streets[0];
  return { at: street && street.away_m <= within_m ? street.at : at, stop: null };
}

/** For a line of public transport: a stop that is there, otherwise a new one on the nearest street. */
export function onStop(at: LonLat, near: Near, within_m: number): Dot {
  const stop = near.stops.find((one) => one.away_m <= within_m && one.kind === "stop") ?? near.stops[0];
  if (stop && stop.away_m <= within_m) return { at: stop.at, stop: stop.id };
  const street = near.streets.find((one) => one.modes.includes("drive"));
  return { at: street && street.away_m <= within_m ? street.at : at, stop: null };
}
