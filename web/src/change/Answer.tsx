/** The answer while the plan is drawn: who loses and who gains, and what the colours mean. */

import { useDispatch, useLanguage, usePage, useTheme, useView, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import type { Opened, UnitChange } from "../server/live";
import type { Words } from "../words/en";
import { numberText, shareText, valueText } from "../words/format";
import { told } from "../words/words";
import { codeOf, MUCH, PALETTE } from "./difference";
import { groupRows, headline } from "./people";
import type { Following } from "./use_live";

type Props = {
  readonly live: Following;
  readonly edits: number;
  readonly broken: readonly number[]; // positions of edits that cannot be made
};

export function Answer({ live, edits, broken }: Props) {
  const { catalogue, city } = usePage();
  const { ask } = useView();
  const language = useLanguage();
  const every = useWords();
  const words = every.change;
  const dispatch = useDispatch();
  const { answer } = live;
  const indicator = catalogue.indicators.find((one) => one.id === ask.indicator);
  const people = answer.people ? headline(answer.people, language) : null;
  const groups = answer.people ? groupRows(answer.people, language) : [];
  const old = answer.refused.length > 0 && !broken.length;
  const what = [ask.params.kind, ask.params.what]
    .map((one) => city.kinds.find((known) => known.kind === one)?.label ?? (typeof one === "string" ? one : ""))
    .filter((one) => one)
    .join(", ");
  return (
    <section class="answer" aria-label={words.answer} aria-busy={answer.busy}>
      <p class="quiet" lang={indicator?.question.lang}>
        {indicator?.question.text}
        {what && ` · ${what}`}
      </p>
      <p class={`headline ${old ? "old" : ""}`} role="status">
        {edits === 0 && answer.changed === 0
          ? words.drawSomething
          : answer.stage === "none" || (!people && answer.busy)
            ? words.waiting
            : (people ?? told(words.changedUnits, { count: numberText(answer.changed, language, 0) }))}
      </p>
      <p class="busy" aria-hidden="true">
        {answer.busy && <span class="spinner" />}
        {answer.busy ? words.counting : answer.stage === "preview" ? words.preview : ""}
      </p>
      {answer.progress && <Working progress={answer.progress} />}
      {broken.length > 0 && (
        <p class="without">{told(words.without, { numbers: broken.map((at) => at + 1).join(", ") })}</p>
      )}
      {old && <Problems title={words.notMade} problems={answer.refused} />}
      {answer.failed.length > 0 && <Problems problems={answer.failed} again={live.again} />}
      {edits > 0 && (
        <button type="button" onClick={() => dispatch({ do: "enter", mode: "compare" })}>
          {every.compare.fromChange}
        </button>
      )}
      {groups.length > 0 && edits > 0 && (
        <details>
          <summary>{words.byGroup}</summary>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.group}</th>
                  <th scope="col" class="number">
                    {words.losing}
                  </th>
                  <th scope="col" class="number">
                    {words.gaining}
                  </th>
                </tr>
              </thead>
              <tbody>
                {groups.map((row) => (
                  <tr key={row.group}>
                    <th scope="row">{row.group}</th>
                    <td class="number">{row.lose}</td>
                    <td class="number">{row.gain}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

type LegendProps = {
  readonly here: UnitChange | null;
  readonly opened: Opened | null;
  readonly changed: number;
  readonly drawn: boolean; // something is
  readonly busy: boolean;
};

export function ChangeLegend({ here, opened, changed, drawn, busy }: LegendProps) {
  const theme = useTheme();
  const language = useLanguage();
  const words = useWords().change;
  const share = shareText(MUCH, language);
  const labels = [
    words.cutOff,
    told(words.worseMuch, { share }),
    words.worse,
    words.better,
    told(words.betterMuch, { share }),
    words.reached,
  ];
  const value = (number: number | null, unreachable: boolean) =>
    unreachable ? words.outOfReach : number === null ? "–" : valueText(number, opened?.unit ?? "", language);
  return (
    <section class="change-legend" aria-label={words.legend}>
      <strong>{words.legend}</strong>
      <ul>
        {labels.map((label, code) => (
          <li key={label}>
            <span class="swatch" style={{ background: PALETTE[theme][code] }} />
            {label}
          </li>
        ))}
      </ul>
      <p class="quiet">
        {here
          ? `${value(here.before, here.wasUnreachable)} → ${value(here.after, here.unreachable)}`
          : changed
            ? words.hover
            : drawn
              ? busy
                ? words.counting
                : words.noChange
              : words.noneYet}
      </p>
    </section>
  );
}

/** What happens to a unit, in words. */
export function outcome(change: UnitChange, words: Words["change"]): string {
  const code = codeOf(change);
  return code < 0
    ? words.noChange
    : ([words.cutOff, words.worse, words.worse, words.better, words.better, words.reached][code] ?? "");
}
