/** Where the data come from: title, licence, credit and edition of each source, and what was read of it. */

import { useWords } from "../app/context";
import type { Source } from "../server/handover";

export function SourceList({ sources }: { readonly sources: readonly Source[] }) {
  const words = useWords().explain;
  return (
    <ul class="source-list">
      {sources.map((source) => (
        <li key={`${source.source} ${source.title} ${source.vintage}`}>
          <strong>{source.title}</strong>
          {source.synthetic && <em> · {words.madeUp}</em>}
          <span class="quiet">
            {source.attribution && <> {source.attribution} ·</>} {source.licence} ·{" "}
            {source.vintage ? `${words.edition} ${source.vintage}` : words.noEdition}
          </span>
          {source.homepage && <span class="quiet address">{source.homepage}</span>}
          <details>
            <summary>{words.whatWasRead}</summary>
            <ul>
              {source.layers.map((layer) => (
                <li key={layer.name}>
                  <b>{layer.name}</b>: <span lang="en">{[`${layer.verdict}.`, ...layer.notes].join(" ")}</span>
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
