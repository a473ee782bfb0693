/** People per group: who gains and who loses, as bars with their numbers, and a small map for each group. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { useLanguage, useTheme, useWords } from "../app/context";
import type { Count, GroupChange } from "../server/comparisons";
import { shareText } from "../words/format";
import { told } from "../words/words";
import { PALETTE } from "./difference";
import { DotMap } from "./dot_map";
import { countText, dimensionName, groupName, isNone, loseAndGain, signed, whyHidden } from "./sentences";
import type { Compared } from "./use_comparison";

type Props = {
  readonly found: Compared;
  readonly codes: Int16Array;
  readonly dimension: string;
  readonly onDimension: (dimension: string) => void;
};

export function Groups({ found, codes, dimension, onDimension }: Props) {
  const words = useWords().compare;
  const language = useLanguage();
  const theme = useTheme();
  const dimensions = [...new Set(found.head.groups.map((one) => one.dimension))];
  const chosen = dimensions.includes(dimension) ? dimension : (dimensions[1] ?? dimensions[0] ?? "");
  const groups = found.head.groups.filter((one) => one.dimension === chosen);
  const all = found.head.groups.filter((one) => one.dimension === "total");
  const rows = chosen === "total" ? groups : [...all, ...groups];
  const hidden = rows.some((row) => COLUMNS.some((name) => !["told", "small"].includes(row[name].state)));
  if (!dimensions.length)
    return <p class="quiet">{told(words.unitsChange, { ...found.head.units, of: codes.length })}</p>;
  return (
    <div class="groups">
      <label class="field">
        {words.dimension}{" "}
        <select value={chosen} onChange={(event) => onDimension(event.currentTarget.value)}>
          {dimensions.map((name) => (
            <option key={name} value={name}>
              {dimensionName(name, language)}
            </option>
          ))}
        </select>
      </label>
      <GroupTable
        rows={rows}
        unit={found.head.unit}
        caption={chosen === "total" ? words.everybody : told(words.by, { dimension: dimensionName(chosen, language) })}
      />
      {hidden && <p class="quiet">{words.hiddenNote}</p>}
      {found.people && (
        <section aria-label={words.multiples}>
          <h3>{words.multiples}</h3>
          <p class="quiet">{words.multiplesNote}</p>
          <ul class="multiples">
            {groups.map((group) => (
              <li key={group.group}>
                <figure>
                  <figcaption>
                    <strong>{groupName(group, language)}</strong>
                    <br />
                    {loseAndGain(group.lose, group.gain, language)}
                  </figcaption>
                  <GroupMap
                    found={found}
                    group={group}
                    codes={codes}
                    theme={theme}
                    label={loseAndGain(group.lose, group.gain, language)}
                  />
                </figure>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const BINS = [5, 25, 100] as const; // people of the group, from which on a dot grows
const SIZES = [0.2, 0.5, 1] as const;

/** How large the dot of a unit is: in three steps of rounded numbers; nothing where they are few, or nobody. */
export function dotSizes(people: readonly (number | null)[]): Float32Array {
  return Float32Array.from(people, (count) => {
    if (count === null || count < BINS[0]) return 0;
    return count >= BINS[2] ? SIZES[2] : count >= BINS[1] ? SIZES[1] : SIZES[0];
  });
}

type MapProps = {
  readonly found: Compared;
  readonly group: GroupChange;
  readonly codes: Int16Array;
  readonly theme: "light" | "dark";
  readonly label: string;
};

function GroupMap({ found, group, codes, theme, label }: MapProps) {
  const words = useWords().compare;
  const people = found.people?.people[group.dimension]?.[group.group] ?? null;
  const sizes = useMemo(() => (people ? dotSizes(people) : null), [people]);
  if (!sizes) return null;
  return (
    <DotMap
      units={found.units}
      codes={codes}
      palette={PALETTE[theme]}
      theme={theme}
      sizes={sizes}
      label={told(words.dotMap, { words: label })}
    />
  );
}

const COLUMNS = ["people", "lose", "gain", "same", "cut_off", "reached", "unknown"] as const;

type TableProps = { readonly rows: readonly GroupChange[]; readonly unit: string; readonly caption: string };

export function GroupTable({ rows, unit, caption }: TableProps) {
  const words = useWords().compare;
  const language = useLanguage();
  const heads = {
    people: words.peopleHead,
    lose: words.loseHead,
    gain: words.gainHead,
    same: words.sameHead,
    cut_off: words.cutOffHead,
    reached: words.reachedHead,
    unknown: words.unknownHead,
  };
  const full = Math.max(1e-9, ...rows.flatMap((row) => [share(row, "lose") ?? 0, share(row, "gain") ?? 0]));
  const seldom = ["cut_off", "reached", "unknown"];
  const columns = COLUMNS.filter((name) => !seldom.includes(name) || rows.some((row) => !isNone(row[name])));
  return (
    <Wide label={caption}>
      <table class="group-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.group}</th>
            <td aria-hidden="true" />
            {columns.map((name) => (
              <th key={name} scope="col" class="number">
                {heads[name]}
              </th>
            ))}
            <th scope="col" class="number">
              {words.meanHead}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.dimension} ${row.group}`}>
              <th scope="row">{groupName(row, language)}</th>
              <td aria-hidden="true">
                <Bar row={row} full={full} />
              </td>
              {columns.map((name) => (
                <td key={name} class="number" title={whyHidden(row[name], language)}>
                  <Told count={row[name]} />
                </td>
              ))}
              <td class="number">{row.mean_change === null ? "–" : signed(row.mean_change, unit, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** What may be wider than the page, and scrolls by itself; it can be reached by keyboard. */
export function Wide({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="wide" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** A count in a table; where there is a dash, why is said to screen readers as well. */
export function Told({ count }: { readonly count: Count }) {
  const language = useLanguage();
  const why = whyHidden(count, language);
  return (
    <>
      {countText(count, language)}
      {why && <span class="hidden">{why}</span>}
    </>
  );
}

/** The share of a group to which this happens; null where it may not be told. */
function share(row: GroupChange, name: "lose" | "gain"): number | null {
  const { people } = row;
  if (row[name].state !== "told" || people.state !== "told" || !people.number) return null;
  return (row[name].number ?? 0) / people.number;
}

type BarProps = { readonly row: GroupChange; readonly full: number };

/** Which share of a group loses (to the left) and gains (to the right), the largest of the table a full bar. */
function Bar({ row, full }: BarProps) {
  const words = useWords().compare;
  const language = useLanguage();
  const [lose, gain] = [share(row, "lose"), share(row, "gain")];
  if (lose === null && gain === null) return null;
  const text = (part: number | null) => (part === null ? "–" : shareText(part, language));
  return (
    <span class="bar" title={told(words.shareBar, { lose: text(lose), gain: text(gain) })}>
      <i class="lose" style={{ width: `${(50 * (lose ?? 0)) / full}%` }} />
      <i class="gain" style={{ width: `${(50 * (gain ?? 0)) / full}%` }} />
    </span>
  );
}
