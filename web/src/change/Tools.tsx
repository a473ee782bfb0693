/** The tools: one for each kind of change the city allows, and what the chosen one needs. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage, usePage, useWords } from "../app/context";
import type { Match, NamedSort } from "../server/plans";
import type { EditKind } from "../server/types";
import type { Edit } from "../state/mode";
import type { Words } from "../words/en";
import { metresText } from "../words/format";
import { told } from "../words/words";
import { EditForm } from "./EditForm";
import { capital, type Drawn, missing, pointIn } from "./edits";
import { Finder } from "./Finder";
import { lineOf } from "./pen";
import { apart } from "./snap";
import { type Drawing, MOVE, type Tool } from "./use_drawing";

const FIRST = ["close_street", "add_street", "add_place", MOVE, "add_homes", "change_headway", "close_stop"];

/** The tools in the order people ask for them; moving a place is closing it and opening it elsewhere. */
export function toolNames(kinds: readonly EditKind[]): readonly string[] {
  const able = new Set(kinds.filter((kind) => !kind.missing.length).map((kind) => kind.kind));
  const all = [...able, ...(able.has("remove_place") && able.has("add_place") ? [MOVE] : [])];
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return all.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

export function ToolChoice({
  kinds,
  left,
  onChoose,
}: {
  readonly kinds: readonly EditKind[];
  readonly left: string | null; // the tool that was just put away
  readonly onChoose: (name: string) => void;
}) {
  const words = useWords().change;
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) again.current?.focus({ preventScroll: true }); // its panel is gone
  }, []);
  const lacking = kinds.filter((kind) => kind.missing.length);
  return (
    <section aria-label={words.tools}>
      <h2>{words.tools}</h2>
      <div class="tools">
        {toolNames(kinds).map((name) => {
          const kind = kinds.find((one) => one.kind === name);
          return (
            <button
              key={name}
              ref={name === left ? again : null}
              type="button"
              title={kind?.question.text}
              onClick={() => onChoose(name)}
            >
              {toolLabel(name, kind, words)}
            </button>
          );
        })}
      </div>
      {lacking.length > 0 && (
        <details class="quiet">
          <summary>{told(words.notHere, { count: lacking.length })}</summary>
          <ul>
            {lacking.map((kind) => (
              <li key={kind.kind}>
                {toolLabel(kind.kind, kind, words)}:{" "}
                {kind.missing
                  .map(({ layer, sources }) => told(words.needs, { layer, sources: sources.join(", ") }))
                  .join("; ")}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const SORTS: Readonly<Record<string, NamedSort>> = {
  street: "streets",
  stop: "stops",
  place: "places",
  route: "lines",
};

type PanelProps = {
  readonly tool: Tool;
  readonly options: Edit;
  readonly onOptions: (options: Edit) => void;
  readonly whole: boolean;
  readonly onWhole: (whole: boolean) => void;
  readonly drawing: Drawing;
  readonly onAdd: (edit: Edit) => void;
  readonly onLeave: () => void;
};

export function ToolPanel(props: PanelProps) {
  const { tool, options, onOptions, whole, onWhole, drawing, onAdd, onLeave } = props;
  const { map } = usePage();
  const words = useWords().change;
  const { drawn } = drawing;
  const needed = missing(tool.kind, options);
  const inForm = drawn.sort !== "none" && needed.every((param) => param.name === drawn.param);
  const title = toolLabel(tool.move ? MOVE : tool.kind.kind, tool.kind, words);
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus({ preventScroll: false }), []);
  return (
    <section class="tool" aria-label={title}>
      <div class="row apart">
        <h2 ref={top} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" onClick={onLeave}>
          {words.done}
        </button>
      </div>
      <p role="status">
        <How drawn={drawn} drawing={drawing} tool={tool} />
      </p>
      <Under drawing={drawing} whole={whole} />
      {drawn.sort === "pick" && (drawn.what === "street" || drawn.what === "stop") && (
        <label class="row">
          <input type="checkbox" checked={whole} onChange={(event) => onWhole(event.currentTarget.checked)} />
          {drawn.what === "street" ? words.wholeStreet : words.wholeStation}
        </label>
      )}
      {drawing.lines.length > 0 && (
        <fieldset class="row bare" aria-label={words.whichLine}>
          <strong>{words.whichLine}</strong>
          {drawing.lines.map((line) => (
            <button key={line.id} type="button" title={line.long_name} onClick={() => drawing.take(line.id)}>
              {line.words}
            </button>
          ))}
        </fieldset>
      )}
      {!tool.move && (
        <EditForm
          kind={tool.kind}
          edit={options}
          onChange={onOptions}
          without={drawn.sort === "pick" && drawn.what === "route" ? [] : drawn.sort === "none" ? [] : [drawn.param]}
        />
      )}
      {drawn.sort === "pick" && drawn.what !== "route" && !tool.move && (
        <div class="field">
          <span class="name">{words.orByName}</span>
          <Finder
            sort={SORTS[drawn.what] ?? "streets"}
            label={words.orByName}
            onChoose={(match: Match) => drawing.take(match.id)}
          />
        </div>
      )}
      {drawn.sort !== "none" && (
        <div class="row">
          {map && (
            <button type="button" onClick={() => drawing.crosshair()} aria-pressed={drawing.keyboard}>
              {words.byKeyboard}
            </button>
          )}
          {(drawn.sort === "line" || drawn.sort === "stops") && (
            <>
              <button type="button" disabled={drawing.pen.dots.length < 2} onClick={drawing.finish}>
                {words.finish}
              </button>
              <button type="button" disabled={!drawing.pen.dots.length} onClick={drawing.back}>
                {words.takeBack}
              </button>
            </>
          )}
        </div>
      )}
      {(drawn.sort === "point" || drawn.sort === "line" || drawn.sort === "stops") && <Typed drawing={drawing} />}
      {!inForm && needed.length > 0 && !tool.move && (
        <p class="quiet">{told(words.stillNeeded, { fields: needed.map((one) => one.label.text).join(", ") })}</p>
      )}
      {!tool.move && needed.length === 0 && (
        <button type="button" class="main" onClick={() => onAdd(options)}>
          {words.add}
        </button>
      )}
    </section>
  );
}

function How({ drawn, drawing, tool }: { readonly drawn: Drawn; readonly drawing: Drawing; readonly tool: Tool }) {
  const words = useWords().change;
  const language = useLanguage();
  if (tool.move) return <>{drawing.carried ? told(words.setDown, { place: drawing.carried.words }) : words.pickUp}</>;
  if (drawn.sort === "line" || drawn.sort === "stops") {
    const line = lineOf(drawing.pen);
    let metres = 0;
    for (let k = 1; k < line.length; k++) metres += apart(line[k - 1] as never, line[k] as never);
    const start = drawn.sort === "line" ? words.drawLine : words.drawStops;
    return (
      <>
        {drawing.pen.dots.length
          ? told(words.drawing, { length: metresText(metres, language), how: words.ends })
          : start}
      </>
    );
  }
  if (drawn.sort === "point") return <>{words.drawPoint}</>;
  if (drawn.sort === "none") return <>{words.fillIn}</>;
  return (
    <>
      {{ street: words.pickStreet, stop: words.pickStop, route: words.pickRoute, place: words.pickPlace }[drawn.what]}
    </>
  );
}

/** What a press would take, in words. */
function Under({ drawing, whole }: { readonly drawing: Drawing; readonly whole: boolean }) {
  const { under } = drawing;
  if (!under) return null;
  const words =
    under.sort === "street"
      ? whole
        ? under.street.whole
        : under.street.words
      : under.sort === "stop"
        ? [
            (whole && under.stop.station?.words) || under.stop.words,
            under.stop.lines.map((line) => line.words).join(", "),
          ]
            .filter((part) => part)
            .join(": ")
        : under.place.words;
  return (
    <p class="under" aria-live="polite">
      {words}
    </p>
  );
}

/** A point typed in instead of pressed. */
function Typed({ drawing }: { readonly drawing: Drawing }) {
  const words = useWords().change;
  const [text, setText] = useState("");
  const point = pointIn(text);
  const set = () => {
    if (!point) return;
    drawing.press(point);
    setText("");
  };
  return (
    <label class="field">
      <span class="name">{words.typed}</span>
      <span class="with-unit">
        <input
          value={text}
          placeholder="18.07, 59.33"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") set();
          }}
        />
        <button type="button" disabled={!point} onClick={set}>
          {words.setPoint}
        </button>
      </span>
    </label>
  );
}

/** What a tool is called: by the words of the page where they know it, otherwise as the catalogue calls it. */
export function toolLabel(name: string, kind: EditKind | undefined, words: Words["change"]): string {
  const known: Readonly<Record<string, string>> = words.toolNames;
  return known[name] ?? capital(kind?.label.text ?? name);
}
