/** The live answer wired to the map: asked for while somebody draws, painted unit by unit. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { usePage, useTheme, useView } from "../app/context";
import type { CityMap } from "../map/city_map";
import { unitTiles } from "../server/answers";
import { type EditProblem, Live, type Opened, type People, type UnitChange, type Update } from "../server/live";
import type { Edit } from "../state/mode";
import { codeOf, PALETTE, UNCHANGED } from "./difference";

/** What is known of the answer. stage: none yet, first units near the change, or true of every unit. */
export type LiveAnswer = {
  readonly busy: boolean;
  readonly stage: "none" | "preview" | "exact";
  readonly people: People | null;
  readonly refused: readonly EditProblem[];
  readonly failed: readonly EditProblem[];
  readonly progress: { readonly words: string; readonly share: number | null } | null;
  readonly opened: Opened | null;
  readonly changed: number; // units that change
};

const START: LiveAnswer = {
  busy: false,
  stage: "none",
  people: null,
  refused: [],
  failed: [],
  progress: null,
  opened: null,
  changed: 0,
};

export type Following = {
  readonly answer: LiveAnswer;
  readonly draw: (edits: readonly Edit[]) => void; // while the pointer moves
  readonly settle: (edits: readonly Edit[]) => void; // when it is lifted
  readonly changes: () => ReadonlyMap<number, UnitChange>;
  readonly again: () => void;
};

/** Follow the edits of the draft for as long as the panel is shown. */
export function useLive(): Following {
  const { map, city } = usePage();
  const view = useView();
  const theme = useTheme();
  const [answer, tell] = useState<LiveAnswer>(START);
  const [tries, tryAgain] = useState(0);
  const paint = useRef<Painter | null>(null);
  const live = useMemo(() => {
    const say = (change: Partial<LiveAnswer>) => tell((last) => ({ ...last, ...change }));
    return new Live({
      onBusy: (busy) => say(busy ? { busy } : { busy, progress: null }),
      onOpen: (opened) => {
        paint.current?.open(opened);
        say({ opened, failed: [] });
      },
      onChanges: (update) => {
        const changed = paint.current?.update(update) ?? 0;
        say({ stage: update.stage, refused: [], failed: [], progress: null, changed });
        return paint.current?.shown();
      },
      onPeople: (people) => say({ people }),
      onRefused: (refused) => say({ refused }),
      onFailed: (failed) => say({ failed, stage: "none", people: null }),
      onProgress: (words, share) => say({ progress: { words, share } }),
    });
  }, []);

  useEffect(() => {
    const painter = new Painter(map, PALETTE[theme]);
    paint.current?.handTo(painter);
    paint.current = painter;
  }, [map, theme]);

  const { indicator, params, support } = view.ask;
  const asked = JSON.stringify([city.name, city.version, indicator, params, support, tries]);
  const edits = useRef(view.draft.edits);
  edits.current = view.draft.edits;
  useEffect(() => {
    tell(START);
    paint.current?.clear(); // what Look had painted answers another question
    live.ask(indicator ? { city: city.name, indicator, params, support } : null);
    live.settle(edits.current);
  }, [asked]);
  useEffect(
    () => () => {
      live.close();
      paint.current?.close();
    },
    [],
  );

  const told = JSON.stringify(view.draft.edits);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) live.settle(edits.current);
    first.current = false;
  }, [told]);

  return useMemo(
    () => ({
      answer,
      draw: (list) => live.draw(list),
      settle: (list) => live.settle(list),
      changes: () => paint.current?.changes ?? new Map(),
      again: () => {
        live.ask(null);
        tryAgain((n) => n + 1);
      },
    }),
    [answer, live],
  );
}

/** Keeps what every unit is told, and lets the map colour those that differ. */
class Painter {
  changes = new Map<number, UnitChange>();
  private codes: Int8Array | null = null;
  private units = "";

  constructor(
    private readonly map: CityMap | null,
    private readonly palette: readonly string[],
  ) {}

  /** Another map or other colours: what is known goes on. */
  handTo(next: Painter): void {
    next.changes = this.changes;
    next.codes = this.codes;
    next.units = this.units;
    if (next.units) next.map?.setUnits({ tiles: unitTiles(next.units) });
    next.colour();
  }

  open({ support_digest, count }: Opened): void {
    if (this.units === support_digest && this.codes?.length === count) return;
    this.units = support_digest;
    this.codes = new Int8Array(count).fill(UNCHANGED);
    this.changes.clear();
    this.map?.setUnits({ tiles: unitTiles(support_digest) });
    this.colour();
  }

  update({ set, clear }: Update): number {
    for (const unit of clear) {
      this.changes.delete(unit);
      if (this.codes) this.codes[unit] = UNCHANGED;
    }
    for (const change of set) {
      this.changes.set(change.unit, change);
      if (this.codes) this.codes[change.unit] = codeOf(change);
    }
    this.colour();
    return this.changes.size;
  }

  clear(): void {
    this.changes.clear();
    if (!this.codes) this.map?.setUnits(null);
    this.codes?.fill(UNCHANGED);
    this.colour();
  }

  close(): void {
    this.map?.setUnits(null);
  }

  /** Once the map has drawn what it was told. */
  shown(): Promise<void> {
    const map = this.map?.map;
    if (!map) return Promise.resolve();
    return new Promise((resolve) => {
      map.once("render", () => resolve());
      map.triggerRepaint();
    });
  }

  private colour(): void {
    if (this.codes) this.map?.paint({ codes: this.codes, palette: this.palette });
  }
}
