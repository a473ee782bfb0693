/** How the answer is shown: classes, what is unsure, a second question, areas. */

import { useMode, usePage, useView, useWords } from "../app/context";
import { ParamField, sentence } from "../parts/param_field";
import type { Scheme, Unsure } from "../state/mode";
import { filledIn, leading, startingParams } from "./default_ask";

type OptionProps = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
};

function Option({ id, label, value, choices, onChange }: OptionProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map(([choice, name]) => (
          <option key={choice} value={choice}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Options({ uncertain }: { readonly uncertain: boolean }) {
  const { city, catalogue } = usePage();
  const { ask } = useView();
  const words = useWords().look;
  const looking = useMode("look");
  if (!looking) return null;
  const [mode, set] = looking;
  const others = catalogue.indicators.filter((one) => !one.missing.length && one.id !== ask.indicator);
  const beside = (id: string) => {
    const next = others.find((one) => one.id === id);
    const second = next && {
      indicator: id,
      params: startingParams(next, city),
      support: ask.support,
      draws: 1,
      seed: 1,
    };
    set({ second: second ?? null, areas: second ? null : mode.areas, brush: null });
  };
  const second = others.find((one) => one.id === mode.second?.indicator);
  const areas = city.supports.filter((one) => one.kind === "areas" && one.spec !== ask.support);
  return (
    <section class="options">
      {uncertain && (
        <Option
          id="unsure"
          label={words.unsure}
          value={mode.unsure}
          choices={(["texture", "fade", "hide"] as const).map((name) => [name, words[name]])}
          onChange={(unsure) => set({ unsure: unsure as Unsure })}
        />
      )}
      <div class="pair">
        <Option
          id="scheme"
          label={words.scheme}
          value={mode.scheme}
          choices={(["quantile", "natural", "equal"] as const).map((name) => [name, words[name]])}
          onChange={(scheme) => set({ scheme: scheme as Scheme })}
        />
        <Option
          id="classes"
          label={words.classes}
          value={String(mode.classes)}
          choices={[3, 4, 5, 6, 7, 8, 9].map((number) => [String(number), String(number)])}
          onChange={(number) => set({ classes: Number(number) })}
        />
      </div>
      <Option
        id="second"
        label={words.second}
        value={mode.second?.indicator ?? ""}
        choices={[["", words.none], ...others.map((one) => [one.id, one.question.text] as const)]}
        onChange={beside}
      />
      {mode.second && second?.params.some(leading) && (
        <div class="fields">
          {second.params.filter(leading).map((param) => (
            <ParamField
              key={`${second.id} ${param.name}`}
              param={param}
              value={filledIn(second, mode.second?.params ?? {})[param.name]}
              city={city}
              onChange={(value) => {
                if (mode.second)
                  set({ second: { ...mode.second, params: { ...mode.second.params, [param.name]: value } } });
              }}
            />
          ))}
        </div>
      )}
      {areas.length > 0 && (
        <Option
          id="areas"
          label={words.areas}
          value={mode.areas ?? ""}
          choices={[["", words.areasNone], ...areas.map((one) => [one.spec, sentence(one.label)] as const)]}
          onChange={(spec) =>
            set({ areas: spec || null, second: spec ? null : mode.second, brush: null, pinned: null })
          }
        />
      )}
    </section>
  );
}
