/** The form of an edit, made from its fields: each with its words, its unit and its bounds. */

import { useId, useState } from "preact/hooks";
import { useLanguage, usePage, useWords } from "../app/context";
import type { EditKind, Param } from "../server/types";
import type { Edit, ParamValue } from "../state/mode";
import { numberText } from "../words/format";
import { told } from "../words/words";
import { capital, pointIn } from "./edits";
import { Finder, LineChoice } from "./Finder";

type Props = {
  readonly kind: EditKind;
  readonly edit: Edit;
  readonly onChange: (edit: Edit) => void;
  readonly without?: readonly string[]; // fields that are drawn instead
};

export function EditForm({ kind, edit, onChange, without = [] }: Props) {
  const set = (name: string, value: ParamValue) => onChange({ ...edit, [name]: value });
  const shown = kind.params.filter((param) => !without.includes(param.name));
  return (
    <div class="edit-form">
      {shown.map((param) => (
        <Field
          key={param.name}
          param={param}
          value={edit[param.name] ?? null}
          onChange={(value) => set(param.name, value)}
        />
      ))}
    </div>
  );
}

type FieldProps = {
  readonly param: Param;
  readonly value: ParamValue;
  readonly onChange: (value: ParamValue) => void;
};

function Field(props: FieldProps) {
  const { param } = props;
  const id = useId();
  const help = `${id}-help`;
  if (param.many && param.choices.length) return <Several {...props} />;
  const check = param.sort === "flag" && param.default !== null;
  return (
    <div class={check ? "field check" : "field"}>
      <label for={id} lang={param.label.lang}>
        {capital(param.label.text)}
        {param.required && <span class="quiet"> *</span>}
      </label>
      <Control {...props} id={id} help={help} />
      {param.about.text && param.offers !== "route" && (
        <small id={help} lang={param.about.lang}>
          {param.about.text}
        </small>
      )}
    </div>
  );
}

type ControlProps = FieldProps & { readonly id: string; readonly help: string };

function Control(props: ControlProps) {
  const { param } = props;
  if (param.pair) return param.many ? <Points {...props} /> : <Point {...props} />;
  if (param.many) return <Lines {...props} />;
  if (param.sort === "flag") return param.default === null ? <Maybe {...props} /> : <Flag {...props} />;
  if (param.choices.length) return <One {...props} />;
  if (param.sort === "number" || param.sort === "whole") return <Figure {...props} />;
  if (param.offers === "kinds") return <Kinds {...props} />;
  if (param.offers === "route") return <Route {...props} />;
  if (param.offers === "street" || param.offers === "stop" || param.offers === "place") return <Named {...props} />;
  return <Text {...props} />;
}

function Text({ id, help, param, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      aria-describedby={help}
      value={typeof value === "string" ? value : ""}
      placeholder={param.offers === "time" ? "07:00" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Figure({ id, help, param, value, onChange }: ControlProps) {
  const words = useWords().change;
  const language = useLanguage();
  const [wrong, tell] = useState(false);
  const bounds = [param.low, param.high].map((end) => (end === null ? "" : numberText(end, language)));
  const read = (text: string) => {
    if (text.trim() === "") {
      tell(param.required);
      if (!param.required) onChange(param.default);
      return;
    }
    const number = Number(text.replace(",", ".").replaceAll(/\s/g, ""));
    const fits =
      Number.isFinite(number) &&
      (param.sort !== "whole" || Number.isInteger(number)) &&
      number >= (param.low ?? Number.NEGATIVE_INFINITY) &&
      number <= (param.high ?? Number.POSITIVE_INFINITY);
    tell(!fits);
    if (fits) onChange(number);
  };
  return (
    <>
      <span class="with-unit">
        <input
          id={id}
          aria-describedby={help}
          aria-invalid={wrong}
          inputMode={param.sort === "whole" ? "numeric" : "decimal"}
          value={typeof value === "number" ? numberPlain(value, language) : ""}
          onChange={(event) => read(event.currentTarget.value)}
        />
        {param.unit && param.unit !== "1" && <span>{param.unit}</span>}
      </span>
      {wrong && <span class="wrong">{told(words.between, { low: bounds[0] ?? "", high: bounds[1] ?? "" })}</span>}
    </>
  );
}

function numberPlain(value: number, language: string): string {
  return language === "sv" ? String(value).replace(".", ",") : String(value);
}

function Flag({ id, help, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      type="checkbox"
      aria-describedby={help}
      checked={value === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function Maybe({ id, help, value, onChange }: ControlProps) {
  const words = useWords().change;
  return (
    <select
      id={id}
      aria-describedby={help}
      value={value === null ? "" : String(value)}
      onChange={(event) => onChange({ "": null, true: true, false: false }[event.currentTarget.value] ?? null)}
    >
      <option value="">{words.asUsual}</option>
      <option value="true">{words.yes}</option>
      <option value="false">{words.no}</option>
    </select>
  );
}

function One({ id, help, param, value, onChange }: ControlProps) {
  return (
    <select
      id={id}
      aria-describedby={help}
      value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {param.choices.map((choice) => (
        <option key={choice.value} value={choice.value} lang={choice.label.lang}>
          {choice.label.text}
        </option>
      ))}
    </select>
  );
}

function Several({ param, value, onChange }: FieldProps) {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const asked = param.about.text ? param.about : param.label;
  const toggle = (one: string, on: boolean) =>
    onChange(
      param.choices.map((choice) => choice.value).filter((choice) => (choice === one ? on : chosen.includes(choice))),
    );
  return (
    <fieldset class="several">
      <legend lang={asked.lang}>{capital(asked.text)}</legend>
      <div class="row">
        {param.choices.map((choice) => (
          <label key={choice.value} lang={choice.label.lang}>
            <input
              type="checkbox"
              checked={chosen.includes(choice.value)}
              onChange={(event) => toggle(choice.value, event.currentTarget.checked)}
            />
            {choice.label.text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const OTHER = "\u0000";

function Kinds({ id, help, value, onChange }: ControlProps) {
  const { city } = usePage();
  const words = useWords().change;
  const known = city.kinds.some((one) => one.kind === value);
  const [other, setOther] = useState(value !== null && value !== "" && !known);
  const chosen = (one: string) => {
    setOther(one === OTHER);
    if (one !== OTHER) onChange(one);
  };
  return (
    <>
      <select
        id={id}
        aria-describedby={help}
        value={other ? OTHER : String(value ?? "")}
        onChange={(event) => chosen(event.currentTarget.value)}
      >
        {!known && !other && <option value="">{words.chooseOne}</option>}
        {city.kinds
          .toSorted((a, b) => a.label.localeCompare(b.label))
          .map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.label}
            </option>
          ))}
        <option value={OTHER}>{words.anotherKind}</option>
      </select>
      {other && (
        <input
          aria-label={words.anotherKind}
          placeholder="library"
          value={known ? "" : String(value ?? "")}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </>
  );
}

function Route({ id, help, value, onChange }: ControlProps) {
  return <LineChoice id={id} help={help} value={String(value ?? "")} onChoose={onChange} />;
}

const SORTS = { street: "streets", stop: "stops", place: "places" } as const;

function Named({ id, help, param, value, onChange }: ControlProps) {
  const sort = SORTS[param.offers as keyof typeof SORTS];
  return (
    <Finder id={id} help={help} sort={sort} value={String(value ?? "")} onChoose={(match) => onChange(match.id)} />
  );
}

function Lines({ id, help, value, onChange }: ControlProps) {
  const list = Array.isArray(value) ? value.map(String) : [];
  const read = (text: string) =>
    onChange(
      text
        .split("\n")
        .map((one) => one.trim())
        .filter((one) => one),
    );
  return (
    <textarea
      id={id}
      aria-describedby={help}
      rows={Math.min(Math.max(list.length, 2), 8)}
      value={list.join("\n")}
      onChange={(event) => read(event.currentTarget.value)}
    />
  );
}

const pointText = (value: ParamValue): string => (Array.isArray(value) ? value.join(", ") : "");

function Point({ id, help, value, onChange }: ControlProps) {
  const words = useWords().change;
  const [wrong, tell] = useState(false);
  const read = (text: string) => {
    const point = pointIn(text);
    tell(point === null);
    if (point) onChange(point);
  };
  return (
    <>
      <input
        id={id}
        aria-describedby={help}
        aria-invalid={wrong}
        value={pointText(value)}
        placeholder="18.07, 59.33"
        onChange={(event) => read(event.currentTarget.value)}
      />
      {wrong && <span class="wrong">{words.noPoint}</span>}
    </>
  );
}

function Points({ id, help, value, onChange }: ControlProps) {
  const words = useWords().change;
  const [wrong, tell] = useState(false);
  const list = Array.isArray(value) ? value : [];
  const read = (text: string) => {
    const points = text
      .split("\n")
      .filter((line) => line.trim())
      .map(pointIn);
    const all = points.filter((one) => one !== null);
    tell(all.length !== points.length);
    if (all.length === points.length) onChange(all);
  };
  return (
    <>
      <textarea
        id={id}
        aria-describedby={help}
        aria-invalid={wrong}
        rows={Math.min(Math.max(list.length, 2), 6)}
        value={list.map(pointText).join("\n")}
        onChange={(event) => read(event.currentTarget.value)}
      />
      {wrong && <span class="wrong">{words.noPoint}</span>}
    </>
  );
}
