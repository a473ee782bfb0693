/** The answer as files: one click each. */

import { usePage, useView, useWords } from "../app/context";
import { DATA, type Ending, fileOf } from "../server/handover";
import { toLink } from "../state/link";
import { AsShown } from "./as_shown";
import { Copy } from "./copy";

type Keys = readonly [string] | readonly [string, string];

/** before, after: the keys of the answers, once they are there. edges: borders of the classes on the map. */
export function Data(props: {
  readonly before: string | null;
  readonly after: string | null;
  readonly compares: boolean;
  readonly edges?: readonly number[];
}) {
  const words = useWords().explain;
  const { before, after, compares, edges = [] } = props;
  const { city } = usePage();
  if (!before || (compares && !after)) return <p class="quiet">{words.waiting}</p>;
  return (
    <div class="files">
      <p>{words.filesAbout}</p>
      <section>
        <h3>{words.filesShown}</h3>
        <div class="row">
          <AsShown credits={city.attributions.join(" · ")} />
          <Link />
        </div>
      </section>
      {after && <Files title={words.filesChange} keys={[before, after]} edges={[]} />}
      {after && <Files title={words.filesAfter} keys={[after]} edges={edges} />}
      <Files title={after ? words.filesBefore : words.filesNow} keys={[before]} edges={edges} />
    </div>
  );
}

/** The link to this view. */
function Link() {
  const words = useWords().app;
  const view = useView();
  return <Copy text={`${location.href.split("#")[0]}#${toLink(view)}`} words={words.share} />;
}

function Files({
  title,
  keys,
  edges,
}: {
  readonly title: string;
  readonly keys: Keys;
  readonly edges: readonly number[];
}) {
  const words = useWords().explain;
  const name: Readonly<Record<Ending, string>> = {
    parquet: "GeoParquet",
    csv: "CSV",
    geojson: "GeoJSON",
    gpkg: "GeoPackage",
    png: words.picture,
  };
  return (
    <section>
      <h3>{title}</h3>
      <div class="row">
        {(["png", ...DATA] as const).map((ending) => (
          <a
            key={ending}
            class="button"
            download
            href={fileOf(keys, ending, ending === "png" ? edges : [])}
            aria-label={`${title}: ${name[ending]}`}
          >
            {name[ending]}
          </a>
        ))}
      </div>
    </section>
  );
}
