/** Change: tools that draw, the plan in sentences, and the answer that follows. */

import "./change.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  useDispatch,
  useHover,
  useLanguage,
  useMapTable,
  useMode,
  usePage,
  useTheme,
  useView,
  useWords,
} from "../app/context";
import type { Pick } from "../map/city_map";
import { OnMap } from "../parts/on_map";
import { Problems } from "../parts/problems";
import { units } from "../server/answers";
import type { UnitChange } from "../server/live";
import type { EditKind } from "../server/types";
import type { Edit } from "../state/mode";
import { Answer, ChangeLegend, outcome } from "./Answer";
import { blank, drawnFor, handles } from "./edits";
import { sketchOf } from "./marks";
import { PlanFile } from "./PlanFile";
import { PlanList } from "./PlanList";
import { startingValue } from "./starting";
import { ToolChoice, ToolPanel } from "./Tools";
import { useChecked } from "./use_checked";
import { MOVE, type Tool, useDrawing } from "./use_drawing";
import { useLive } from "./use_live";
import { useSaved } from "./use_saved";

export function ChangePanel() {
  const mode = useMode("change");
  if (!mode) return null;
  return <Inside tool={mode[0].tool} selected={mode[0].selected} set={mode[1]} />;
}

type InsideProps = {
  readonly tool: string | null;
  readonly selected: number | null;
  readonly set: (change: { tool?: string | null; selected?: number | null }) => void;
};

function Inside({ tool: name, selected, set }: InsideProps) {
  const { map, catalogue, city, store, announce } = usePage();
  const dispatch = useDispatch();
  const theme = useTheme();
  const language = useLanguage();
  const words = useWords().change;
  const view = useView();
  const { draft } = view;
  const kinds = catalogue.edits;
  const checked = useChecked();
  const live = useLive();
  const saved = useSaved();
  const [whole, setWhole] = useState(false);
  const [forms, setForms] = useState<Readonly<Record<string, Edit>>>({});
  const steps = checked.of === draft.edits || checked.of.length === draft.edits.length ? checked.steps : [];

  // Edits that cannot be made are left out of the answer, and it says so.
  const broken = steps.flatMap((step, at) => (step.made ? [] : [at]));
  const made = broken.length ? draft.edits.filter((_, at) => !broken.includes(at)) : draft.edits;
  useEffect(() => {
    if (checked.of === draft.edits && broken.length) live.settle(made);
  }, [checked]);

  const tool: Tool | null = useMemo(() => {
    const kind = kinds.find((one) => one.kind === (name === MOVE ? "remove_place" : name));
    return kind && !kind.missing.length ? { kind, move: name === MOVE } : null;
  }, [kinds, name]);
  const options = tool ? (forms[tool.kind.kind] ?? begin(tool.kind)) : null;
  function begin(kind: EditKind): Edit {
    const drawn = drawnFor(kind);
    const given = kind.params
      .filter((param) => param.required && !(drawn.sort !== "none" && param.name === drawn.param))
      .map((param) => [param.name, startingValue(param, city, view.ask.params)] as const)
      .filter(([, value]) => value !== null);
    return { ...blank(kind), ...Object.fromEntries(given) } as Edit;
  }
  const choose = useCallback((edit: Edit) => setForms((all) => ({ ...all, [edit.kind]: edit })), []);

  const change = useCallback(
    (edits: readonly Edit[], at: number | null = null) => {
      dispatch({ do: "edits", edits });
      set({ selected: at });
    },
    [dispatch, set],
  );
  const add = useCallback(
    (...edits: readonly Edit[]) => {
      const now = store.get().view?.draft.edits ?? [];
      dispatch({ do: "edits", edits: [...now, ...edits] });
    },
    [dispatch, store],
  );
  const drawing = useDrawing({
    tool,
    options,
    whole,
    edits: draft.edits,
    made,
    kinds,
    follows: live.answer.opened?.follows ?? false,
    draw: live.draw,
    settle: live.settle,
    add,
    replace: (edits) => change(edits, selected),
    choose,
    leave: () => set({ tool: null }),
  });

  useEffect(() => {
    map?.setOverlay("sketch", sketchOf(steps, selected, theme));
  }, [map, steps, selected, theme]);
  useEffect(() => () => map?.setOverlay("sketch", null), [map]);

  // What was added last is said, once its sentence is known; the list shows it anyway.
  const counted = useRef(draft.edits.length);
  const [said, say] = useState("");
  useEffect(() => {
    if (checked.of !== draft.edits) return;
    const last = steps.at(-1);
    if (last && steps.length > counted.current) {
      say([last.sentence, ...last.problems.map((problem) => problem.what)].join(" "));
    }
    counted.current = draft.edits.length;
  }, [checked]);

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest("input, textarea, select, dialog, [contenteditable]");
      if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      const pressed = event.key.toLowerCase();
      if (pressed !== "z" && pressed !== "y") return;
      event.preventDefault();
      dispatch({ do: pressed === "y" || event.shiftKey ? "redo" : "undo" });
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [dispatch]);

  const [unit, tellUnit] = useState<number | null>(null);
  useHover(useCallback((pick: Pick | null) => tellUnit(pick?.unit ?? null), []));
  const here: UnitChange | null = unit === null ? null : (live.changes().get(unit) ?? null);
  const { opened, changed, stage, busy } = live.answer;
  const ids = useUnitIds(view.table ? (opened?.support_digest ?? "") : "");
  useMapTable({
    caption: words.tableCaption,
    columns: [
      { name: words.unit },
      { name: words.before, numeric: true },
      { name: words.after, numeric: true },
      { name: words.outcome },
    ],
    rows: () =>
      [...live.changes().values()].map((one) => [
        ids[one.unit] ?? String(one.unit + 1),
        one.wasUnreachable ? words.outOfReach : one.before,
        one.unreachable ? words.outOfReach : one.after,
        outcome(one, words),
      ]),
    key: `${opened?.base} ${ids.length} ${changed} ${stage} ${JSON.stringify(draft.edits)} ${language}`,
  });

  const lastTool = useRef<string | null>(null);
  if (name) lastTool.current = name;
  const { past, future } = store.get();
  const wrong = broken.length > 0 || checked.refused.length > 0;
  const grips = !tool && handles(draft.edits, kinds).length > 0;
  return (
    <div class="change">
      <Answer live={live} edits={draft.edits.length} broken={broken} />
      {!tool && (
        <ToolChoice kinds={kinds} left={lastTool.current} onChoose={(one) => set({ tool: one, selected: null })} />
      )}
      {tool && options && (
        <ToolPanel
          key={name}
          tool={tool}
          options={options}
          onOptions={choose}
          whole={whole}
          onWhole={setWhole}
          drawing={drawing}
          onAdd={(edit) => {
            add(edit);
            setForms(({ [edit.kind]: _, ...rest }) => rest);
          }}
          onLeave={() => set({ tool: null })}
        />
      )}
      <section aria-label={words.plan} class="plan-part">
        <div class="row apart">
          <h2>{draft.name || words.newPlan}</h2>
          <div class="row">
            <button type="button" disabled={!past.length} onClick={() => dispatch({ do: "undo" })}>
              {words.undo}
            </button>
            <button type="button" disabled={!future.length} onClick={() => dispatch({ do: "redo" })}>
              {words.redo}
            </button>
          </div>
        </div>
        {!draft.edits.length && <p class="quiet">{words.empty}</p>}
        <PlanList
          edits={draft.edits}
          steps={steps}
          kinds={kinds}
          selected={selected}
          onSelect={(at) => set({ selected: at })}
          onEdits={change}
          announce={announce}
        />
        {grips && <p class="quiet">{words.dragHint}</p>}
        {checked.refused.length > 0 && <Problems problems={checked.refused} />}
      </section>
      <PlanFile
        saved={saved}
        wrong={wrong}
        sentences={draft.edits.map((edit, at) => steps[at]?.sentence || edit.kind)}
      />
      <OnMap>
        <ChangeLegend here={here} opened={opened} changed={changed} drawn={draft.edits.length > 0} busy={busy} />
      </OnMap>
      <span class="hidden" role="status">
        {said}
      </span>
    </div>
  );
}

/** What the units are called, once a table wants to know. */
function useUnitIds(digest: string): readonly string[] {
  const [ids, tell] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!digest) return;
    const end = new AbortController();
    void units(digest, end.signal).then((reply) => {
      if (reply.kind === "ok") tell(reply.value.ids);
    });
    return () => end.abort();
  }, [digest]);
  return ids;
}
