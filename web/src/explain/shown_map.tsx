/** The map while an answer is explained: its values in classes, with legend, table and picture. */

import { useEffect, useMemo } from "preact/hooks";
import {
  type MapTable,
  useLanguage,
  useMapTable,
  usePage,
  usePicture,
  useTheme,
  useView,
  useWords,
} from "../app/context";
import { Legend } from "../look/Legend";
import { fieldOf, held, paintOf } from "../look/shown";
import { everybody, usePeople, useUnits } from "../look/use_shown";
import type { Classes } from "../map/classes";
import { OnMap } from "../parts/on_map";
import { unitTiles } from "../server/answers";
import { fileOf } from "../server/handover";
import type { Ready } from "../server/use_answer";
import { told } from "../words/words";

type Props = {
  readonly answer: Ready;
  readonly classes: Classes;
  readonly planned: boolean; // it is the answer with the plan
};

export function ShownMap({ answer, classes, planned }: Props) {
  const { map } = usePage();
  const { table } = useView();
  const theme = useTheme();
  const words = useWords();
  const language = useLanguage();
  const { head, values } = answer;
  const field = useMemo(() => fieldOf(values), [values]);
  const paint = useMemo(() => paintOf(field, classes, theme, null, "texture"), [field, classes, theme]);
  const fetched = usePeople(head.support_digest);
  const people = everybody(fetched);
  const counted = people?.some((count) => count !== 0) ? people : null;
  const weight = useMemo(() => (counted ? Float64Array.from(counted, (count) => count ?? 0) : null), [counted]);
  const units = useUnits(table ? head.support_digest : null);

  useEffect(() => {
    if (!map) return;
    map.setUnits({ tiles: unitTiles(head.support_digest) });
    map.paint(paint);
  }, [map, head.support_digest, paint]);

  const rows: MapTable | null = units && {
    key: `${head.key} ${units.ids.length} ${fetched?.names ? 1 : 0} ${language}`,
    caption: told(words.look.tableOf, { title: head.title }),
    columns: [
      { name: words.look.unit },
      { name: `${words.look.value} (${head.unit})`, numeric: true },
      { name: words.look.note },
    ],
    rows: () =>
      Array.from(field.value, (value, at) => [
        fetched?.names?.[at] ?? units.ids[at] ?? String(at),
        Number.isFinite(value) ? value : null,
        Number.isFinite(value) ? "" : (values.reasons[String(values.reason[at])] ?? ""),
      ]),
  };
  useMapTable(rows);
  usePicture({ address: fileOf([head.key], "png", classes.edges), title: head.title });
  return (
    <OnMap>
      <Legend
        title={planned ? `${head.title} · ${words.explain.filesAfter}` : head.title}
        unit={head.unit}
        classes={classes}
        palette={paint.palette}
        counts={held(paint.codes, paint.palette.length, weight)}
        units={held(paint.codes, paint.palette.length, null)}
        people={weight !== null}
        note={field.low ? words.look.unsureLegend : ""}
        hatched
      />
    </OnMap>
  );
}
