/** The head of the page: which city, what to do, and the reader's settings. */

import { toLink } from "../state/link";
import { MODES } from "../state/mode";
import type { Language } from "../state/state";
import { LANGUAGES } from "../words/words";
import { useAppState, useDispatch, useWords } from "./context";
import { remember } from "./settings";

type Props = {
  readonly names: readonly string[];
  readonly onCity: (name: string) => void;
  readonly announce: (text: string) => void;
};

export function Header({ names, onCity, announce }: Props) {
  const { view, language, theme } = useAppState();
  const dispatch = useDispatch();
  const words = useWords();
  const other = theme === "dark" ? "light" : "dark";
  const share = async () => {
    if (!view) return;
    history.replaceState(null, "", `#${toLink(view)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      announce(words.app.shared);
    } catch {
      announce(words.app.notShared);
    }
  };
  return (
    <header class="head">
      <button type="button" class="skip" onClick={() => document.getElementById("answer")?.focus()}>
        {words.app.skip}
      </button>
      <h1 title={words.app.tagline}>{words.app.title}</h1>
      <label class="city">
        <span class="hidden">{words.app.city}</span>
        <select value={view?.city ?? ""} onChange={(event) => onCity(event.currentTarget.value)}>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label={words.app.modes}>
        {MODES.map((mode) => (
          <button
            key={mode}
            type="button"
            class="tab"
            disabled={!view}
            aria-current={view?.mode.mode === mode ? "page" : undefined}
            onClick={() => dispatch({ do: "enter", mode })}
          >
            {words.app[mode]}
          </button>
        ))}
      </nav>
      <div class="settings">
        <button type="button" onClick={share}>
          {words.app.share}
        </button>
        <label>
          <span class="hidden">{words.app.language}</span>
          <select
            value={language}
            onChange={(event) => {
              const chosen = event.currentTarget.value as Language;
              remember("language", chosen);
              dispatch({ do: "language", language: chosen });
            }}
          >
            {LANGUAGES.map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="icon"
          aria-label={other === "dark" ? words.app.toDark : words.app.toLight}
          title={other === "dark" ? words.app.toDark : words.app.toLight}
          onClick={() => {
            remember("theme", other);
            dispatch({ do: "theme", theme: other });
          }}
        >
          <span aria-hidden="true">{other === "dark" ? "☾" : "☀"}</span>
        </button>
      </div>
    </header>
  );
}
