/** Why a unit has its number: the parts of its trip, or the places it reaches, and the way on the map. */

import type * as GeoJSON from "geojson";
import { useEffect } from "preact/hooks";
import { useLanguage, usePage, useTheme, useView, useWords } from "../app/context";
import { OnMap } from "../parts/on_map";
import { requestOf, why } from "../server/answers";
import type { Why, WhyLeg, WhyPlace } from "../server/types";
import type { Theme } from "../state/state";
import { lastingText, metresText, numberText, peopleText, shareText, valueText } from "../words/format";
import { told } from "../words/words";
import { legText } from "./leg_text";
import { type Line, ValueLine } from "./Tip";
import { useFetched } from "./use_shown";

type Props = {
  readonly unit: number;
  readonly line: Line;
  readonly people: number | null | undefined; // who live there; undefined: not known
  readonly onClose: () => void;
};

type Part = "foot" | "ride" | "wait" | "place";
const COLOUR: Readonly<Record<Theme, Readonly<Record<Part, string>>>> = {
  light: { foot: "#7a3db8", ride: "#c2185b", wait: "#8a8f94", place: "#7a3db8" },
  dark: { foot: "#c9a2f2", ride: "#ff8ab8", wait: "#9aa2a8", place: "#c9a2f2" },
};

export function partOf(kind: string): Part {
  return kind === "ride" || kind === "wait" || kind === "place" ? kind : "foot";
}

export function WhyCard({ unit, line, people, onClose }: Props) {
  const { map } = usePage();
  const view = useView();
  const theme = useTheme();
  const language = useLanguage();
  const words = useWords().look;
  const request = { ...requestOf(view.city, view.ask), unit };
  const { value: found, problems } = useFetched(`${JSON.stringify(request)} ${language}`, (signal) =>
    why(request, language, signal),
  );
  useEffect(() => {
    map?.setOverlay("path", found ? coloured(found.path, theme) : null);
    return () => map?.setOverlay("path", null);
  }, [map, found, theme]);
  return (
    <OnMap place="over">
      <section class="why" aria-label={words.why} aria-live="polite">
        <header>
          <h3>{words.why}</h3>
          <button type="button" class="icon" aria-label={words.unpin} title={words.unpin} onClick={onClose}>
            ✕
          </button>
        </header>
        <p class="value">
          <ValueLine line={line} unit={unit} />
          {people !== undefined && <small>{told(words.livesHere, { n: peopleText(people, language) })}</small>}
        </p>
        {!found && !problems.length && <p class="quiet">{words.whyWorking}</p>}
        {problems.map((problem) => (
          <p key={problem.what}>{problem.what}</p>
        ))}
        {found && <Behind found={found} theme={theme} />}
      </section>
    </OnMap>
  );
}

function Behind({ found, theme }: { readonly found: Why; readonly theme: Theme }) {
  const language = useLanguage();
  const words = useWords().look;
  const { how, legs, places } = found;
  const whole = legs.reduce((sum, leg) => sum + leg.seconds, 0);
  const head =
    how === "stops"
      ? words.stopsHere
      : found.in_reach === null
        ? words.nearestFirst
        : told(words.inReach, { n: numberText(found.in_reach, language) });
  return (
    <>
      {legs.length > 0 && <Legs legs={legs} how={how} theme={theme} />}
      {legs.length > 0 && (
        <p class="row">
          <b>{words.whole}</b>
          <b class="number">{lastingText(whole, language)}</b>
        </p>
      )}
      {found.share !== null && <small>{told(words.share, { share: shareText(found.share, language) })}</small>}
      {places.length > 0 && <p class="quiet">{head}</p>}
      {places.length > 0 && <Places places={places} />}
      {how === "nothing" && !found.reason && <p class="quiet">{words.noTrip}</p>}
    </>
  );
}

function Places({ places }: { readonly places: readonly WhyPlace[] }) {
  const language = useLanguage();
  const far = (place: WhyPlace) => [
    place.minutes === null ? "" : valueText(place.minutes, "min", language),
    place.metres === null ? "" : metresText(place.metres, language),
  ];
  return (
    <ol class="places">
      {places.map((place) => (
        <li key={place.id}>
          <span>{place.name || place.kind.replaceAll("_", " ")}</span>
          <span class="quiet number">{far(place).filter(Boolean).join(" · ")}</span>
        </li>
      ))}
    </ol>
  );
}

/** Parts of a trip, as a bar of their lengths and as a list. */
function Legs(props: { readonly legs: readonly WhyLeg[]; readonly how: Why["how"]; readonly theme: Theme }) {
  const { legs, how, theme } = props;
  const language = useLanguage();
  const words = useWords();
  const colour = (leg: WhyLeg) => COLOUR[theme][partOf(leg.kind)];
  return (
    <>
      <div class="trip" aria-hidden="true">
        {legs.map((leg) => (
          <span key={`${leg.kind} ${leg.start}`} style={{ flexGrow: leg.seconds, background: colour(leg) }} />
        ))}
      </div>
      <ol class="legs">
        {legs.map((leg) => (
          <li key={`${leg.kind} ${leg.start}`}>
            <span class="swatch" style={{ background: colour(leg) }} />
            <span>
              {leg.start && <time>{leg.start} </time>}
              {legText(leg, how, words)}
              {leg.metres !== null && <span class="quiet"> {metresText(leg.metres, language)}</span>}
            </span>
            <span class="quiet number">{lastingText(leg.seconds, language)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The way with a colour for each of its parts. */
function coloured(path: GeoJSON.FeatureCollection, theme: Theme): GeoJSON.FeatureCollection {
  const features = path.features.map((feature) => {
    const part = partOf(String(feature.properties?.kind ?? ""));
    return { ...feature, properties: { ...feature.properties, colour: COLOUR[theme][part] } };
  });
  return { ...path, features };
}
