/** Parts of a trip, in words. */

import type { WhyLeg } from "../server/types";
import type { Words } from "../words/en";
import { told } from "../words/words";

/** One part of a trip in words. */
export function legText(leg: WhyLeg, how: string, words: Words): string {
  const w = words.look;
  const modes: Readonly<Record<string, string>> = words.modes;
  switch (leg.kind) {
    case "along":
      return how === "cycle" ? w.along_cycle : how === "drive" ? w.along_drive : w.along_walk;
    case "ride": {
      const line = [modes[leg.mode] ?? leg.mode, leg.line].filter(Boolean).join(" ");
      return told(w.ride, { line, towards: leg.towards, destination: leg.destination });
    }
    case "to_street":
    case "from_street":
    case "access":
    case "wait":
    case "transfer":
    case "egress":
    case "walk":
      return told(w[leg.kind], { destination: leg.destination });
    default:
      return leg.kind;
  }
}
