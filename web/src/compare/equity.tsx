/** How fairly it is shared, before and after. */

import { useLanguage, useWords } from "../app/context";
import { numberText } from "../words/format";
import { measureName } from "./sentences";
import type { Compared } from "./use_comparison";

export function Equity({ found }: { readonly found: Compared }) {
  const words = useWords().compare;
  const language = useLanguage();
  const { equity } = found.head;
  if (!equity.length) return null;
  const text = (value: number | null) => (value === null ? "–" : numberText(value, language));
  return (
    <details>
      <summary>{words.equity}</summary>
      <table class="group-table">
        <thead>
          <tr>
            <th scope="col">{words.measure}</th>
            <th scope="col" class="number">
              {words.before}
            </th>
            <th scope="col" class="number">
              {words.after}
            </th>
          </tr>
        </thead>
        <tbody>
          {equity.map((one) => (
            <tr key={one.measure}>
              <th scope="row">{measureName(one.measure, one.name, language)}</th>
              <td class="number">{text(one.before)}</td>
              <td class="number">{text(one.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
