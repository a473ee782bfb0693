/** Every unit before and after, as rows: what the map shows, read as a table. Pure. */

import type { MapTable } from "../app/context";
import type { Change } from "../server/comparisons";
import type { Language } from "../state/state";
import type { Words } from "../words/en";
import { told } from "../words/words";
import type { Compared } from "./use_comparison";

export type Verdict = "isWorse" | "isBetter" | "isSame" | "isUnknown" | "isCutOff" | "isReached";

export type UnitRow = {
  readonly name: string;
  readonly change: number | null;
  readonly verdict: Verdict;
  readonly people: number | null;
  readonly agreement: number | null;
};

/** What becomes of every unit. */
function verdictsOf(change: Change): Verdict[] {
  const found = change.better.map((side): Verdict => (side < 0 ? "isWorse" : side > 0 ? "isBetter" : "isSame"));
  for (const at of change.lost) found[at] = "isCutOff";
  for (const at of change.won) found[at] = "isReached";
  for (const at of change.unknown) found[at] = "isUnknown";
  return found;
}

/** One unit by its position; nothing where there is none. */
export function unitRow(found: Compared, unit: number, verdicts = verdictsOf(found.change)): UnitRow | undefined {
  const { change, units, people, head } = found;
  const id = units.ids[unit];
  const verdict = verdicts[unit];
  if (id === undefined || verdict === undefined) return undefined;
  const named = [...head.losers, ...head.gainers].find((one) => one.unit === unit);
  return {
    name: people?.names?.[unit] ?? named?.place ?? named?.near ?? id,
    change: change.change[unit] ?? null,
    verdict,
    people: people?.people.total?.all?.[unit] ?? null,
    agreement: change.agreement?.[unit] ?? null,
  };
}

/** Positions of all units: cut off, most lost, ..., most gained, newly reached; the same and the unknown last. */
export function worstFirst({ change }: { readonly change: Change }): number[] {
  const [lost, won, unknown] = [new Set(change.lost), new Set(change.won), new Set(change.unknown)];
  const rank = change.better.map((better, at) => {
    if (unknown.has(at)) return Number.POSITIVE_INFINITY;
    if (better === 0) return Number.MAX_VALUE;
    if (lost.has(at) || won.has(at)) return better < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE / 2;
    return better * Math.abs(change.change[at] ?? 0);
  });
  return rank.map((_, at) => at).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b);
}

/** The map as a table: every unit before and after. */
export function tableOf(found: Compared, words: Words, language: Language): MapTable {
  const { head } = found;
  const compare = words.compare;
  const unit = head.unit && head.unit !== "1" ? ` (${head.unit})` : "";
  return {
    caption: told(compare.tableCaption, { title: head.title }),
    columns: [
      { name: words.table.unit },
      { name: `${compare.before}${unit}`, numeric: true },
      { name: `${compare.after}${unit}`, numeric: true },
      { name: `${compare.change}${unit}`, numeric: true },
      { name: compare.verdict },
      ...(found.people ? [{ name: compare.peopleHead, numeric: true }] : []),
      ...(found.change.agreement ? [{ name: compare.agreement, numeric: true }] : []),
    ],
    rows: () => {
      const far = [new Set(found.before.unreachable), new Set(found.after.unreachable)] as const;
      const verdicts = verdictsOf(found.change);
      return worstFirst(found).map((at) => {
        const row = unitRow(found, at, verdicts);
        return [
          row?.name ?? "",
          far[0].has(at) ? compare.outOfReach : (found.before.value[at] ?? null),
          far[1].has(at) ? compare.outOfReach : (found.after.value[at] ?? null),
          row?.change ?? null,
          compare[row?.verdict ?? "isUnknown"],
          ...(found.people ? [row?.people ?? null] : []),
          ...(found.change.agreement ? [row?.agreement ?? null] : []),
        ];
      });
    },
    key: `${head.before} ${head.after} ${language}`,
  };
}
