/** A table of many rows: sorted by any column, a page at a time. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { type MapTable, useLanguage, useWords } from "../app/context";
import { numberText } from "../words/format";
import { told } from "../words/words";

const PAGE = 100;

export function DataTable({ table }: { readonly table: MapTable }) {
  const words = useWords();
  const language = useLanguage();
  const [sort, setSort] = useState<{ column: number; down: boolean } | null>(null);
  const [first, setFirst] = useState(0);
  const rows = useMemo(() => sorted(table.rows(), sort), [table, sort]);
  useEffect(() => setFirst(0), [table.key]);
  const shown = rows.slice(first, first + PAGE);
  const text = table.text ?? ((value) => (typeof value === "number" ? numberText(value, language) : (value ?? "–")));
  const by = (column: number) => {
    setSort({ column, down: sort?.column === column ? !sort.down : false });
    setFirst(0);
  };
  return (
    <div class="data-table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={table.caption}>
        <table>
          <caption>{table.caption}</caption>
          <thead>
            <tr>
              {table.columns.map(({ name, numeric }, at) => (
                <th
                  key={name}
                  scope="col"
                  class={numeric ? "number" : ""}
                  aria-sort={sort?.column === at ? (sort.down ? "descending" : "ascending") : "none"}
                >
                  <button type="button" onClick={() => by(at)} title={told(words.table.sortBy, { column: name })}>
                    {name}
                    <span aria-hidden="true">{sort?.column === at ? (sort.down ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, at) => (
              <tr key={`${first + at}`}>
                {row.map((value, column) =>
                  column === 0 ? (
                    <th key={`${column}`} scope="row">
                      {text(value, column)}
                    </th>
                  ) : (
                    <td key={`${column}`} class={table.columns[column]?.numeric ? "number" : ""}>
                      {text(value, column)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div class="pager">
        <button type="button" disabled={first === 0} onClick={() => setFirst(Math.max(0, first - PAGE))}>
          {words.table.previous}
        </button>
        <span aria-live="polite">
          {told(words.table.rows, {
            from: numberText(Math.min(first + 1, rows.length), language),
            to: numberText(Math.min(first + PAGE, rows.length), language),
            of: numberText(rows.length, language),
          })}
        </span>
        <button type="button" disabled={first + PAGE >= rows.length} onClick={() => setFirst(first + PAGE)}>
          {words.table.next}
        </button>
      </div>
    </div>
  );
}

type Row = readonly (string | number | null)[];

/** Rows by one column; what is not known comes last, whichever way. */
function sorted(rows: readonly Row[], sort: { column: number; down: boolean } | null): readonly Row[] {
  if (!sort) return rows;
  const sign = sort.down ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a[sort.column] ?? null, b[sort.column] ?? null];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
  });
}
