/** Several plans side by side: the same question under each, in one table and as small maps on one scale. */

import { useMemo } from "preact/hooks";
import { useLanguage, useTheme, useWords } from "../app/context";
import type { ComparisonHead, Count, GroupChange } from "../server/comparisons";
import { told } from "../words/words";
import { codesOf, PALETTE, type Steps, stepsOf } from "./difference";
import { DotMap } from "./dot_map";
import { Told, Wide } from "./groups";
import { dimensionName, headline, isNone, signed } from "./sentences";
import type { Side as OneSide, Sides } from "./use_comparison";

type Props = { readonly found: Sides; readonly names: readonly string[] };

export function SideBySide({ found, names }: Props) {
  const words = useWords().compare;
  const language = useLanguage();
  const theme = useTheme();
  const { sides, units } = found;
  const steps = useMemo(() => sharedSteps(sides), [sides]);
  const first = sides[0]?.head;
  if (!first) return null;
  return (
    <div class="side">
      <SideTable
        heads={sides.map((side) => side.head)}
        names={names}
        caption={told(words.sideCaption, { title: first.title })}
      />
      <ul class="multiples">
        {sides.map(({ head, change }, at) => (
          <li key={`${at} ${head.after}`}>
            <figure>
              <figcaption>
                <strong>{names[at]}</strong>
              </figcaption>
              <DotMap
                units={units}
                codes={codesOf(change, steps)}
                palette={PALETTE[theme]}
                theme={theme}
                width={280}
                height={210}
                label={told(words.dotMap, { words: `${names[at]}: ${headline(head, language).join(" ")}` })}
              />
            </figure>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One scale for all plans, so that colours can be compared. */
export function sharedSteps(sides: readonly OneSide[]): Steps {
  const first = sides[0];
  if (!first) return [1, 2];
  return stepsOf({ ...first.change, change: sides.flatMap((side) => side.change.change) });
}

const LINES = ["lose", "gain", "cut_off", "reached"] as const;

type TableProps = {
  readonly heads: readonly ComparisonHead[];
  readonly names: readonly string[];
  readonly caption: string;
};

function SideTable({ heads, names, caption }: TableProps) {
  const words = useWords().compare;
  const language = useLanguage();
  const lineNames = {
    lose: words.loseHead,
    gain: words.gainHead,
    cut_off: words.cutOffHead,
    reached: words.reachedHead,
  };
  const first = heads[0]?.groups ?? [];
  const at = (head: ComparisonHead, group: GroupChange) =>
    head.groups.find((one) => one.dimension === group.dimension && one.group === group.group);
  const dimensions = [...new Set(first.map((group) => group.dimension))];
  return (
    <Wide label={caption}>
      <table class="group-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.group}</th>
            <td aria-hidden="true" />
            {names.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {dimensions.map((dimension) => (
          <tbody key={dimension}>
            {dimension !== "total" && (
              <tr>
                <th scope="rowgroup" colSpan={names.length + 2} class="part">
                  {told(words.by, { dimension: dimensionName(dimension, language) })}
                </th>
              </tr>
            )}
            {first
              .filter((group) => group.dimension === dimension)
              .flatMap((group) => {
                const lines = LINES.filter(
                  (line) =>
                    line === "lose" ||
                    line === "gain" ||
                    heads.some((head) => !isNone(at(head, group)?.[line] ?? NONE)),
                );
                return [
                  ...lines.map((line, number) => (
                    <tr key={`${group.group} ${line}`}>
                      {number === 0 && (
                        <th scope="rowgroup" rowSpan={lines.length + 1}>
                          {dimension === "total" ? words.everybody : group.group}
                        </th>
                      )}
                      <th scope="row">{lineNames[line]}</th>
                      {heads.map((head, plan) => (
                        <td key={names[plan]} class="number">
                          <Told count={at(head, group)?.[line] ?? NONE} />
                        </td>
                      ))}
                    </tr>
                  )),
                  <tr key={`${group.group} mean`}>
                    <th scope="row">{words.meanHead}</th>
                    {heads.map((head, plan) => {
                      const mean = at(head, group)?.mean_change ?? null;
                      return (
                        <td key={names[plan]} class="number">
                          {mean === null ? "–" : signed(mean, head.unit, language)}
                        </td>
                      );
                    })}
                  </tr>,
                ];
              })}
          </tbody>
        ))}
      </table>
    </Wide>
  );
}

const NONE: Count = { number: 0, state: "told" };
