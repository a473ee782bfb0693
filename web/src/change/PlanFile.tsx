/** The plan as something kept: its name and reason, saving, opening, deleting, sharing, files. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useDispatch, useLanguage, usePage, useStore, useView, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import {
  type Conflict,
  conflictIn,
  deletePlan,
  getPlan,
  listPlans,
  type PlanHead,
  putPlan,
  readScenario,
  scenarioText,
} from "../server/plans";
import type { Problem } from "../server/types";
import { toLink } from "../state/link";
import { FRESH } from "../state/mode";
import { type Draft, NO_DRAFT } from "../state/state";
import { momentText } from "../words/format";
import { told } from "../words/words";
import { ConflictDialog } from "./ConflictDialog";
import { copyName, planName } from "./edits";
import { draftOf, type Saved } from "./use_saved";

type Props = { readonly saved: Saved; readonly wrong: boolean; readonly sentences: readonly string[] };

export function PlanFile({ saved, wrong, sentences }: Props) {
  const { city, announce } = usePage();
  const store = useStore();
  const dispatch = useDispatch();
  const language = useLanguage();
  const words = useWords().change;
  const { draft } = useView();
  const [name, setName] = useState(draft.name);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [redraw, setRedraw] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setName(draft.name);
    setRedraw(false);
    setProblems([]);
  }, [draft.name]);
  const wanted = planName(name);
  const moved = saved.plan && saved.plan.tag === draft.etag ? saved.plan.moved : [];

  /** Save as `to`: over the version we know when it is the same plan, otherwise as a new one. */
  const save = async (to: string): Promise<boolean> => {
    const view = store.get().view;
    if (!view || !to) return false;
    setBusy(true);
    const now = view.draft;
    const tag = to === now.name ? now.etag : null;
    const opened = saved.plan && saved.plan.tag === now.etag ? saved.plan : null;
    const body = { why: now.why ?? "", by: now.by ?? "", edits: now.edits, drawn_on: opened?.drawn_on ?? {}, redraw };
    const reply = await putPlan(city.name, to, tag, body, language);
    setBusy(false);
    if (reply.kind === "stale") return false;
    if (reply.kind === "refused") {
      const other = conflictIn(reply);
      if (other) setConflict(other);
      else setProblems(reply.problems);
      return false;
    }
    setProblems([]);
    setConflict(null);
    saved.said(reply.value);
    dispatch({ do: "saved", name: to, etag: reply.value.tag });
    announce(told(words.isSaved, { name: to }));
    return true;
  };

  const remove = async () => {
    if (!draft.etag) return;
    const reply = await deletePlan(city.name, draft.name, draft.etag);
    if (reply.kind === "refused") {
      const other = conflictIn(reply);
      if (other) setConflict(other);
      else setProblems(reply.problems);
    } else if (reply.kind === "ok") {
      saved.said(null);
      dispatch({ do: "saved", name: "", etag: null }); // the edits stay: they can be saved again
      announce(told(words.isDeleted, { name: draft.name }));
    }
  };

  const seeOther = () =>
    setConflict({ problems: [], theirs: saved.other, differences: differences(saved, sentences, draft) });

  return (
    <section class="plan-file" aria-label={words.plan}>
      {saved.other && (
        <div class="problems" role="alert">
          <strong>{told(words.savedElsewhere, { name: draft.name })}</strong>
          <span>{whoAndWhen(saved.other.by, saved.other.saved, language)}</span>
          <div class="row">
            <button type="button" onClick={seeOther}>
              {words.lookAtBoth}
            </button>
            <button type="button" onClick={() => dispatch({ do: "draft", draft: draftOf(saved.other as never) })}>
              {words.takeTheirs}
            </button>
            <button type="button" onClick={saved.forget}>
              {words.later}
            </button>
          </div>
        </div>
      )}
      {saved.gone && (
        <div class="problems" role="alert">
          <strong>{told(words.deletedElsewhere, { name: draft.name })}</strong>
          <button type="button" onClick={() => dispatch({ do: "saved", name: "", etag: null })}>
            {words.keepAsNew}
          </button>
        </div>
      )}
      {draft.name && draft.etag === null && saved.problems.length > 0 && (
        <Problems problems={saved.problems} onClose={() => dispatch({ do: "saved", name: "", etag: null })} />
      )}
      {moved.length > 0 && (
        <div>
          <Problems title={words.moved} problems={moved.map((one) => ({ ...one, severity: "warning" }))} />
          <label class="row">
            <input type="checkbox" checked={redraw} onChange={(event) => setRedraw(event.currentTarget.checked)} />
            {words.redraw}
          </label>
        </div>
      )}
      <form
        class="edit-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save(wanted);
        }}
      >
        <div class="field">
          <label for="plan-name">{words.name}</label>
          <input
            id="plan-name"
            value={name}
            maxLength={80}
            onInput={(event) => setName(event.currentTarget.value)}
            aria-describedby="plan-name-help"
          />
          <small id="plan-name-help">
            {wanted && wanted !== name ? told(words.keptAs, { name: wanted }) : words.nameHelp}
          </small>
        </div>
        <div class="field">
          <label for="plan-why">{words.why}</label>
          <textarea
            id="plan-why"
            rows={2}
            value={draft.why ?? ""}
            onInput={(event) => dispatch({ do: "texts", texts: { why: event.currentTarget.value } })}
          />
        </div>
        <div class="field">
          <label for="plan-by">{words.by}</label>
          <input
            id="plan-by"
            value={draft.by ?? ""}
            onInput={(event) => dispatch({ do: "texts", texts: { by: event.currentTarget.value } })}
          />
        </div>
        <div class="row">
          <button type="submit" class="main" disabled={busy || !wanted || !draft.edits.length || wrong}>
            {draft.etag && wanted === draft.name ? words.save : draft.name ? words.saveAs : words.save}
          </button>
          {draft.etag && (
            <Confirmed label={words.delete} question={told(words.sureDelete, { name: draft.name })} onYes={remove} />
          )}
        </div>
        {wrong && draft.edits.length > 0 && <small>{words.mendFirst}</small>}
      </form>
      {problems.length > 0 && <Problems problems={problems} onClose={() => setProblems([])} />}
      <Sharing />
      <Opening />
      {conflict && (
        <ConflictDialog
          name={wanted || draft.name}
          conflict={conflict}
          mine={sentences}
          onClose={() => setConflict(null)}
          onTheirs={(plan) => {
            setConflict(null);
            dispatch({ do: "draft", draft: draftOf(plan) });
          }}
          onCopy={(copy) => void save(copy)}
        />
      )}
    </section>
  );
}

function differences(saved: Saved, mine: readonly string[], draft: Draft) {
  const theirs = saved.other?.sentences ?? [];
  const only = [
    ...mine.filter((one) => !theirs.includes(one)).map((yours) => ({ what: "only_yours" as const, yours, theirs: "" })),
    ...theirs
      .filter((one) => !mine.includes(one))
      .map((other) => ({ what: "only_theirs" as const, yours: "", theirs: other })),
  ];
  const texts = (["why", "by"] as const)
    .filter((key) => (draft[key] ?? "") !== saved.other?.[key])
    .map((what) => ({ what, yours: draft[what] ?? "", theirs: saved.other?.[what] ?? "" }));
  const order = !only.length && mine.join() !== theirs.join();
  return [
    ...only,
    ...(order ? [{ what: "order" as const, yours: mine.join(" "), theirs: theirs.join(" ") }] : []),
    ...texts,
  ];
}

function whoAndWhen(by: string, saved: string, language: "en" | "sv"): string {
  return [by, saved && momentText(saved, language)].filter((part) => part).join(", ");
}

/** A button that asks once more. */
function Confirmed({
  label,
  question,
  onYes,
}: {
  readonly label: string;
  readonly question: string;
  readonly onYes: () => void;
}) {
  const words = useWords();
  const [asking, ask] = useState(false);
  if (!asking) {
    return (
      <button type="button" onClick={() => ask(true)}>
        {label}
      </button>
    );
  }
  return (
    <fieldset class="row bare" aria-label={question}>
      {question}
      <button
        type="button"
        onClick={() => {
          ask(false);
          onYes();
        }}
      >
        {label}
      </button>
      <button type="button" onClick={() => ask(false)}>
        {words.app.cancel}
      </button>
    </fieldset>
  );
}

/** Links and files. */
function Sharing() {
  const { announce } = usePage();
  const store = useStore();
  const dispatch = useDispatch();
  const all = useWords();
  const words = all.change;
  const { draft } = useView();
  const file = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const copy = async (byName: boolean) => {
    const view = store.get().view;
    if (!view) return;
    const named = { ...NO_DRAFT, name: view.draft.name };
    const link = toLink(byName ? { ...view, draft: named, mode: FRESH.change } : view);
    const address = `${location.href.split("#")[0]}#${link}`;
    try {
      await navigator.clipboard.writeText(address);
      announce(all.app.shared);
    } catch {
      if (!byName) history.replaceState(null, "", `#${link}`);
      announce(byName ? words.notCopied : all.app.notShared);
    }
  };
  const download = () => {
    const name = draft.name || "plan";
    const text = scenarioText(name, draft.why ?? "", draft.by ?? "", draft.edits);
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${name}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  const upload = async (chosen: File | undefined) => {
    if (!chosen) return;
    const read = readScenario(await chosen.text());
    if (read.kind === "bad") {
      const what = read.why === "json" ? words.notJson : words.notScenario;
      setProblems([{ where: chosen.name, what, hint: "", severity: "error" }]);
      return;
    }
    const lost = told(words.entriesLost, { count: read.lost });
    setProblems(read.lost ? [{ where: chosen.name, what: lost, hint: "", severity: "warning" }] : []);
    dispatch({ do: "edits", edits: read.edits });
    dispatch({ do: "texts", texts: { why: read.why, by: read.by } });
    announce(told(words.imported, { count: read.edits.length }));
  };
  return (
    <details>
      <summary>{words.shareAndFiles}</summary>
      <div class="row">
        <button type="button" disabled={!draft.edits.length} onClick={() => void copy(false)}>
          {words.linkWhole}
        </button>
        <button type="button" disabled={!draft.etag} onClick={() => void copy(true)}>
          {words.linkByName}
        </button>
        <button type="button" disabled={!draft.edits.length} onClick={download}>
          {words.export}
        </button>
        <button type="button" onClick={() => file.current?.click()}>
          {words.import}
        </button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={words.import}
          onChange={(event) => {
            void upload(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {problems.length > 0 && <Problems problems={problems} onClose={() => setProblems([])} />}
    </details>
  );
}

/** The plans of the city. */
function Opening() {
  const { city } = usePage();
  const dispatch = useDispatch();
  const language = useLanguage();
  const words = useWords().change;
  const { draft } = useView();
  const [open, setOpen] = useState(false);
  const [plans, tell] = useState<readonly PlanHead[] | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  useEffect(() => {
    if (!open) return;
    let over = false;
    void listPlans(city.name, language).then((reply) => {
      if (over) return;
      if (reply.kind === "ok") tell(reply.value.plans);
      else if (reply.kind === "refused") setProblems(reply.problems);
    });
    return () => {
      over = true;
    };
  }, [open, city.name, language, draft.etag]);
  const take = async (name: string) => {
    const reply = await getPlan(city.name, name, language);
    if (reply.kind === "ok") dispatch({ do: "draft", draft: draftOf(reply.value) });
    else if (reply.kind === "refused") setProblems(reply.problems);
  };
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.open}</summary>
      {plans?.length === 0 && <p class="quiet">{words.noPlans}</p>}
      <ul class="plans">
        {(plans ?? []).map((plan) => (
          <li key={plan.name}>
            <button
              type="button"
              aria-current={plan.name === draft.name || undefined}
              onClick={() => void take(plan.name)}
            >
              {plan.name}
            </button>
            <small>
              {told(plan.edits === 1 ? words.oneEdit : words.manyEdits, { count: plan.edits })}
              {plan.by && ` · ${plan.by}`}
              {plan.saved && ` · ${momentText(plan.saved, language)}`}
            </small>
            {plan.why && <small>{plan.why}</small>}
            {plan.problems.length > 0 && <Problems problems={plan.problems} />}
          </li>
        ))}
      </ul>
      <button
        type="button"
        disabled={!draft.edits.length && !draft.name}
        onClick={() => dispatch({ do: "draft", draft: NO_DRAFT })}
      >
        {words.startAnew}
      </button>
      {problems.length > 0 && <Problems problems={problems} onClose={() => setProblems([])} />}
    </details>
  );
}

/** A name for a copy that is not taken, as far as is known. */
export function suggestedCopy(name: string, taken: readonly string[]): string {
  return copyName(name, [name, ...taken]);
}
