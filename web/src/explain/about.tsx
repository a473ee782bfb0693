/** What stands behind the answer: how it was measured, from what, what it does not say, and its receipt. */

import { useEffect, useState } from "preact/hooks";
import { useLanguage, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { type Chosen, type Explanation, explain } from "../server/handover";
import type { Problem, Told } from "../server/types";
import { numberText, shareText, unitText } from "../words/format";
import { told } from "../words/words";
import { Copy } from "./copy";
import { SourceList } from "./source_list";

/** What is known of an answer by its key; null while it is not there. */
export function useExplanation(key: string | null): { explained: Explanation | null; problems: readonly Problem[] } {
  const language = useLanguage();
  const [found, tell] = useState<{ explained: Explanation | null; problems: readonly Problem[] }>(NOTHING);
  useEffect(() => {
    if (!key) return tell(NOTHING);
    const end = new AbortController();
    void explain(key, language, end.signal).then((reply) => {
      if (reply.kind === "ok") tell({ explained: reply.value, problems: [] });
      if (reply.kind === "refused") tell({ explained: null, problems: reply.problems });
    });
    return () => end.abort();
  }, [key, language]);
  return found;
}

const NOTHING = { explained: null, problems: [] };

export function About({ answer }: { readonly answer: string | null }) {
  const { explained, problems } = useExplanation(answer);
  const words = useWords().explain;
  if (problems.length) return <Problems problems={problems} />;
  if (!explained) return <p class="quiet">{words.waiting}</p>;
  return (
    <div class="about">
      <h2>{explained.title}</h2>
      {explained.plan && <Plan plan={explained.plan} />}
      <NotKnown about={explained} />
      <Method about={explained} />
      <section>
        <h3>{words.sources}</h3>
        <SourceList sources={explained.sources} />
      </section>
      <Receipt about={explained} />
    </div>
  );
}

function Plan({ plan }: { readonly plan: NonNullable<Explanation["plan"]> }) {
  const words = useWords().explain;
  return (
    <section>
      <h3>{words.plan}</h3>
      <ol>
        {plan.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </section>
  );
}

function NotKnown({ about }: { readonly about: Explanation }) {
  const words = useWords().explain;
  const language = useLanguage();
  return (
    <section>
      <h3>{words.notKnown}</h3>
      <ul>
        <li>
          {about.uncertain
            ? told(words.draws, { draws: numberText(about.draws, language), seed: about.seed })
            : words.oneDraw}
        </li>
        {about.coverage < 1 && <li>{told(words.coverage, { share: shareText(partly(about.coverage), language) })}</li>}
        <li>{words.behaviour}</li>
        {about.blind_spots.length > 0 && (
          <li>
            {words.blindSpots}: <Listed texts={about.blind_spots} />.
          </li>
        )}
        <li>{about.direction === "cost" ? words.lessIsBetter : words.moreIsBetter}</li>
        {about.people && (
          <li>
            {words.spread}: <Spoken told={about.people.method} />.
          </li>
        )}
        {about.people?.notes.map((note) => (
          <li key={note.text}>
            <Spoken told={note} />
          </li>
        ))}
        <li>{words.suppression}</li>
        {about.assumptions.map((text) => (
          <li key={text.text}>
            <Spoken told={text} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Method({ about }: { readonly about: Explanation }) {
  const words = useWords().explain;
  const language = useLanguage();
  return (
    <section>
      <h3>{words.method}</h3>
      {about.about.map((paragraph) => (
        <p key={paragraph.text} lang={paragraph.lang}>
          {paragraph.text}
        </p>
      ))}
      <p class="quiet">
        {told(words.measured, {
          indicator: about.indicator,
          method: about.method,
          units: numberText(about.units, language),
          support: about.support,
        })}
      </p>
      {about.params.length > 0 && (
        <table>
          <caption>{words.params}</caption>
          <thead>
            <tr>
              <th scope="col">{words.param}</th>
              <th scope="col">{words.value}</th>
            </tr>
          </thead>
          <tbody>
            {about.params.map((param) => (
              <tr key={param.name}>
                <th scope="row" title={param.about.text}>
                  {readable(param.name)}
                </th>
                <td>
                  <Value param={param} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {about.cites.length > 0 && <p class="quiet">{told(words.cites, { cites: about.cites.join("; ") })}</p>}
    </section>
  );
}

/** A share that is neither none nor all, even in whole per cents. */
function partly(share: number): number {
  return Math.min(Math.max(share, 0.01), 0.99);
}

/** A parameter's name without the unit it ends in: the value carries its own. */
function readable(name: string): string {
  return name.replace(/_(m_s|km_h|m|s|min)$/, "").replaceAll("_", " ");
}

function Value({ param }: { readonly param: Chosen }) {
  const words = useWords().explain;
  const language = useLanguage();
  const { value } = param;
  if (value === null || value === "") return <>{words.notSet}</>;
  if (typeof value === "boolean") return <>{value ? words.yes : words.no}</>;
  if (typeof value === "number") {
    return (
      <>
        {numberText(value, language)} {unitText(param.unit, language, value)}
      </>
    );
  }
  return <>{Array.isArray(value) ? value.join(", ") : String(value).replaceAll("_", " ")}</>;
}

function Receipt({ about }: { readonly about: Explanation }) {
  const words = useWords().explain;
  const text = JSON.stringify(about.receipt, null, 1);
  return (
    <section>
      <h3>{words.receipt}</h3>
      <p>{words.receiptAbout}</p>
      <p class="address">
        <code>{about.receipt_key}</code>
      </p>
      <p class="quiet">{about.software}</p>
      <details>
        <summary>{words.receiptWhole}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section class="scrolled" tabIndex={0} aria-label={words.receiptWhole}>
          <pre>{text}</pre>
        </section>
      </details>
      <Copy text={text} words={words.copyReceipt} />
    </section>
  );
}

function Spoken({ told: { text, lang } }: { readonly told: Told }) {
  return <span lang={lang}>{text.replace(/\.$/, "")}</span>;
}

function Listed({ texts }: { readonly texts: readonly Told[] }) {
  return (
    <>
      {texts.map((text, at) => (
        <>
          {at > 0 && "; "}
          <Spoken told={text} />
        </>
      ))}
    </>
  );
}
