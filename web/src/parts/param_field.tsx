/** A field for one parameter: its name, help, unit and bounds, and what is wrong with it, beside it. */

import { useEffect, useId, useState } from "preact/hooks";
import { useLanguage, useWords } from "../app/context";
import type { City, Param, PlaceKind } from "../server/types";
import type { ParamValue } from "../state/mode";
import type { Words } from "../words/en";
import { numberText, unitText } from "../words/format";
import { told } from "../words/words";
import { type Checked, checked, fieldText } from "./checking";

type Props = {
  readonly param: Param;
  readonly value: ParamValue | undefined;
  readonly city: City;
  readonly onChange: (value: ParamValue) => void;
  readonly problem?: string | undefined; // what the server says is wrong with it
  readonly picking?: { readonly active: boolean; readonly toggle: () => void } | undefined; // a place on the map
};

const WAIT_MS = 500; // after the last key, before a typed value is taken

export function ParamField(props: Props) {
  const { param, problem } = props;
  const id = useId();
  const words = useWords();
  const language = useLanguage();
  const [wrong, setWrong] = useState("");
  const said = wrong || problem || "";
  const unit = unitText(param.unit, language);
  const listed = !param.many && ["kinds", "opportunities"].includes(param.offers); // the list explains itself
  const help = [listed ? "" : param.about.text, rangeText(param, words, language)].filter(Boolean).join(" · ");
  const described = `${help ? `${id}-help` : ""}${said ? ` ${id}-wrong` : ""}`.trim();
  return (
    <div class="field">
      <label for={id} lang={param.label.lang}>
        {sentence(param.label.text)}
      </label>
      <div class="with-unit">
        <Control {...props} id={id} described={described} wrong={Boolean(said)} setWrong={setWrong} />
        {unit && <span class="quiet">{unit}</span>}
        {props.picking && (
          <button type="button" aria-pressed={props.picking.active} onClick={props.picking.toggle}>
            {words.form.pick}
          </button>
        )}
      </div>
      {help && (
        <small id={`${id}-help`} lang={param.about.lang}>
          {help}
        </small>
      )}
      {said && (
        <small id={`${id}-wrong`} class="wrong" role="alert">
          {said}
        </small>
      )}
    </div>
  );
}

type ControlProps = Props & {
  readonly id: string;
  readonly described: string;
  readonly wrong: boolean;
  readonly setWrong: (text: string) => void;
};

function Control(props: ControlProps) {
  const { param, value, city, id, described, wrong, onChange } = props;
  const words = useWords();
  const common = { id, "aria-describedby": described, "aria-invalid": wrong } as const;
  if (param.sort === "flag") {
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  const chosen = fieldText(value);
  const pick = (event: { currentTarget: HTMLSelectElement }) => onChange(event.currentTarget.value);
  if (param.sort === "choice" && !param.many) {
    return (
      <select {...common} value={chosen} onChange={pick}>
        {param.choices.map((choice) => (
          <option key={choice.value} value={choice.value} lang={choice.label.lang}>
            {sentence(choice.label.text)}
          </option>
        ))}
      </select>
    );
  }
  if ((param.offers === "kinds" || param.offers === "opportunities") && !param.many) {
    return (
      <select {...common} value={chosen} onChange={pick}>
        <Kinds city={city} whole={param.offers === "opportunities"} chosen={chosen} words={words} />
      </select>
    );
  }
  return <Typed {...props} />;
}

/** Kinds of place the city has, in their groups; people and what else is counted where those may be reached too. */
function Kinds(props: { city: City; whole: boolean; chosen: string; words: Words }) {
  const { city, whole, chosen, words } = props;
  const byGroup = new Map<string, PlaceKind[]>();
  for (const kind of city.kinds) byGroup.set(kind.group, [...(byGroup.get(kind.group) ?? []), kind]);
  const known = new Set(["any", ...city.kinds.map((kind) => kind.kind), ...byGroup.keys()]);
  if (whole) for (const name of ["people", ...city.counted_apart]) known.add(name);
  const group = (name: string) => words.kinds[name as keyof Words["kinds"]] ?? sentence(name.replaceAll("_", " "));
  return (
    <>
      {!known.has(chosen) && <option value={chosen}>{sentence(chosen.replaceAll("_", " "))}</option>}
      {whole && <option value="people">{words.kinds.people}</option>}
      {whole &&
        city.counted_apart.map((name) => (
          <option key={name} value={name}>
            {group(name)}
          </option>
        ))}
      <option value="any">{words.kinds.any}</option>
      {[...byGroup].map(([name, kinds]) => (
        <optgroup key={name} label={group(name)}>
          {kinds.length > 1 && (
            <option value={name}>{told(words.kinds.all, { group: group(name).toLowerCase() })}</option>
          )}
          {kinds.map((kind) => (
            <option key={kind.kind} value={kind.kind}>
              {sentence(kind.label)} ({kind.count})
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

/** What is typed is taken when it makes sense and the typing has paused, or at once with Enter or on leaving. */
function Typed({ param, value, city, id, described, wrong, setWrong, onChange }: ControlProps) {
  const words = useWords();
  const language = useLanguage();
  const given = written(fieldText(value), param, language);
  const [text, setText] = useState(given);
  useEffect(() => setText(given), [given]);
  const take = (said: string) => {
    const found = checked(param, said);
    setWrong(found.ok ? "" : wrongText(found, words, language, unitText(param.unit, language)));
    if (found.ok && fieldText(found.value) !== fieldText(value)) onChange(found.value);
  };
  useEffect(() => {
    if (text === given) return;
    const waiting = setTimeout(() => take(text), WAIT_MS);
    return () => clearTimeout(waiting);
  }, [text]);
  const service = param.offers === "dates" ? city.service : null;
  const common = {
    id,
    "aria-describedby": described,
    "aria-invalid": wrong,
    value: text,
    required: param.required,
    onInput: (event: { currentTarget: HTMLInputElement }) => setText(event.currentTarget.value),
    onBlur: () => take(text),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter") take(text);
    },
  };
  if (service) return <input {...common} type="date" min={service.first} max={service.last} />;
  const keys = param.sort === "number" ? "decimal" : param.sort === "whole" ? "numeric" : "text";
  return <input {...common} type="text" inputMode={keys} autocomplete="off" />;
}

/** A number with the decimal mark of the language; lists keep points, where commas part the numbers. */
function written(text: string, param: Param, language: "en" | "sv"): string {
  return language === "sv" && param.sort === "number" && !param.many && !param.pair ? text.replace(".", ",") : text;
}

function wrongText(found: Checked & { ok: false }, words: Words, language: "en" | "sv", unit: string): string {
  const limit = "limit" in found ? `${numberText(found.limit, language)} ${unit}`.trim() : "";
  return told(words.form[found.why], { limit });
}

function rangeText(param: Param, words: Words, language: "en" | "sv"): string {
  if (param.low === null && param.high === null) return "";
  const [low, high] = [param.low, param.high].map((end) => (end === null ? "" : numberText(end, language)));
  if (param.low === null) return told(words.form.atMost, { high: high ?? "" });
  if (param.high === null) return told(words.form.atLeast, { low: low ?? "" });
  return told(words.form.between, { low: low ?? "", high: high ?? "" });
}

/** With a capital letter. */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
