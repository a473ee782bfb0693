/** What is known of the unit that was pointed out. */

import { useLanguage, useWords } from "../app/context";
import { shareText } from "../words/format";
import { told } from "../words/words";
import { about, measured, signed } from "./sentences";
import { unitRow } from "./unit_rows";
import type { Compared } from "./use_comparison";

type Props = {
  readonly found: Compared;
  readonly unit: number | null;
  readonly spoken: boolean; // chosen, not only under the pointer
};

export function Pointed({ found, unit, spoken }: Props) {
  const words = useWords().compare;
  const language = useLanguage();
  const row = unit === null ? undefined : unitRow(found, unit);
  if (!row) return null;
  const value = (number: number | null) =>
    number === null ? words.noAnswer : measured(number, found.head.unit, language);
  const reached = (numbers: Compared["before"]) =>
    numbers.unreachable.includes(unit ?? -1) ? words.outOfReach : value(numbers.value[unit ?? -1] ?? null);
  return (
    <p class="pointed" {...(spoken ? { role: "status" } : {})}>
      <strong>{row.name}</strong>
      <br />
      {told(words.fromTo, { before: reached(found.before), after: reached(found.after) })}
      {row.change !== null && ` · ${signed(row.change, found.head.unit, language)}`} · {words[row.verdict]}
      <br />
      {found.people && about(row.people, language)}
      {row.agreement !== null && ` · ${told(words.agree, { share: shareText(row.agreement, language) })}`}
    </p>
  );
}
