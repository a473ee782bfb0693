/** Finding a street, stop, place or line by its name: for keyboards, and for what is not on the screen. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLanguage, usePage, useWords } from "../app/context";
import { type Line, lines, type Match, type NamedSort, named } from "../server/plans";
import { told } from "../words/words";

type Props = {
  readonly sort: NamedSort;
  readonly onChoose: (match: Match) => void;
  readonly value?: string; // id of what is chosen
  readonly id?: string;
  readonly help?: string;
  readonly label?: string; // where no label stands beside it
};

const WAIT_MS = 150; // after the last letter

export function Finder({ sort, onChoose, value = "", id, help, label }: Props) {
  const { city } = usePage();
  const words = useWords().change;
  const language = useLanguage();
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [found, tell] = useState<readonly Match[] | null>(null);
  useEffect(() => {
    if (text.trim().length < 1) {
      tell(null);
      return;
    }
    const end = new AbortController();
    const timer = setTimeout(async () => {
      const reply = await named(city.name, text, sort, language, end.signal);
      if (!end.signal.aborted) tell(reply.kind === "ok" ? reply.value.matches : []);
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text, sort, city.name, language]);
  const choose = (match: Match) => {
    onChoose(match);
    setText("");
    field.current?.focus(); // the list goes, and with it whoever stood on it
  };
  return (
    <div class="finder">
      <input
        ref={field}
        id={id}
        type="search"
        autocomplete="off"
        aria-label={label}
        aria-describedby={help}
        aria-controls={list}
        placeholder={value || words.byName}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found?.[0];
          if (event.key === "Enter" && first) {
            event.preventDefault();
            choose(first);
          }
        }}
      />
      <ul id={list} hidden={!found?.length}>
        {(found ?? []).map((match) => (
          <li key={match.id}>
            <button type="button" onClick={() => choose(match)}>
              {match.words}
              {match.about && <small> {match.about}</small>}
            </button>
          </li>
        ))}
      </ul>
      <span class="hidden" role="status">
        {found && told(words.matches, { count: found.length })}
      </span>
      {found?.length === 0 && <small>{words.noMatch}</small>}
    </div>
  );
}

type LineProps = {
  readonly value: string;
  readonly onChoose: (id: string) => void;
  readonly id?: string;
  readonly help?: string;
};

/** One of all lines of the city. */
export function LineChoice({ value, onChoose, id, help }: LineProps) {
  const { city } = usePage();
  const words = useWords().change;
  const language = useLanguage();
  const [all, tell] = useState<readonly Line[]>([]);
  useEffect(() => {
    let over = false;
    void lines(city.name, language).then((reply) => {
      if (!over && reply.kind === "ok") tell(reply.value.lines);
    });
    return () => {
      over = true;
    };
  }, [city.name, city.version, language]);
  const known = all.some((line) => line.id === value);
  return (
    <select id={id} aria-describedby={help} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {!known && <option value={value}>{value || words.chooseOne}</option>}
      {all.map((line) => (
        <option key={line.id} value={line.id}>
          {line.words}
          {line.long_name && ` · ${line.long_name}`}
        </option>
      ))}
    </select>
  );
}
