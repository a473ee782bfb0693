/** Why a unit has its number: the parts of its trip, or the places it reaches, and the way on the map. */

import { useEffect } from "preact/hooks";
import { useLanguage, usePage, useView, useWords } from "../app/context";
import type { GeoJson } from "../map/city_map";
import { OnMap } from "../parts/on_map";
import { requestOf, why } from "../server/answers";
import type { WhyPart } from "../server/types";
import { lastingText, metresText, valueText } from "../words/format";
import { told } from "../words/words";
import { type Line, ValueLine } from "./Tip";
import { useFetched } from "./use_shown";

type Props = { readonly unit: number; readonly line: Line; readonly onClose: () => void };

const PART_COLOUR: Readonly<Record<string, string>> = {
  ride: "#1f5fd0",
  wait: "#b07800",
};
const ON_FOOT = "#5a7d3a";

export function WhyCard({ unit, line, onClose }: Props) {
  const { map } = usePage();
  const view = useView();
  const language = useLanguage();
  const words = useWords().look;
  const request = { ...requestOf(view.city, view.ask), unit };
  const { value: found, problems } = useFetched(`${JSON.stringify(request)} ${language}`, (signal) =>
    why(request, language, signal),
  );
  useEffect(() => {
    map?.setOverlay("path", (found?.path as GeoJson | undefined) ?? null);
    return () => map?.setOverlay("path", null);
  }, [map, found]);
  return (
    <OnMap place="over">
      <section class="why" aria-label={words.why}>
        <header>
          <h3>{words.why}</h3>
          <button type="button" class="icon" aria-label={words.unpin} title={words.unpin} onClick={onClose}>
            ✕
          </button>
        </header>
        <p class="value">
          <ValueLine line={line} unit={unit} />
        </p>
        {!found && !problems.length && <p class="quiet">{words.whyWorking}</p>}
        {problems.map((problem) => (
          <p key={problem.what} class="quiet">
            {problem.what}
          </p>
        ))}
        {found?.lines.map((text) => (
          <p key={text}>{text}</p>
        ))}
        {found && found.parts.length > 0 && <Parts parts={found.parts} />}
        {found && found.places.length > 0 && (
          <ol class="places">
            {found.places.map((place) => (
              <li key={place.id}>
                {place.name || place.kind}
                <span class="quiet">
                  {[
                    place.minutes === null ? "" : valueText(place.minutes, "min", language),
                    place.metres === null ? "" : metresText(place.metres, language),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              </li>
            ))}
          </ol>
        )}
        {found && found.more > 0 && <p class="quiet">{told(words.morePlaces, { n: found.more })}</p>}
      </section>
    </OnMap>
  );
}

/** Parts of a trip, as a bar of their lengths and as a list. */
function Parts({ parts }: { readonly parts: readonly WhyPart[] }) {
  const language = useLanguage();
  const colour = (part: WhyPart) => PART_COLOUR[part.kind] ?? ON_FOOT;
  return (
    <>
      <div class="trip" aria-hidden="true">
        {parts.map((part, at) => (
          <span key={`${at}`} style={{ flexGrow: part.seconds, background: colour(part) }} />
        ))}
      </div>
      <ol class="parts">
        {parts.map((part, at) => (
          <li key={`${at}`}>
            <span class="swatch" style={{ background: colour(part) }} />
            <span>
              {part.start && <time>{part.start} </time>}
              {part.words}
            </span>
            <span class="quiet number">{lastingText(part.seconds, language)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
