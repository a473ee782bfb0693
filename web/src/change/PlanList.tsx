/** The plan as a list of sentences: each with its problems, its form, and its place in the order. */

import { useRef, useState } from "preact/hooks";
import { useWords } from "../app/context";
import type { Step } from "../server/plans";
import type { EditKind } from "../server/types";
import type { Edit } from "../state/mode";
import { told } from "../words/words";
import { EditForm } from "./EditForm";
import { capital, moved } from "./edits";

type Props = {
  readonly edits: readonly Edit[];
  readonly steps: readonly Step[];
  readonly kinds: readonly EditKind[];
  readonly selected: number | null;
  readonly onSelect: (at: number | null) => void;
  readonly onEdits: (edits: readonly Edit[], selected: number | null) => void;
  readonly announce: (text: string) => void;
};

export function PlanList({ edits, steps, kinds, selected, onSelect, onEdits, announce }: Props) {
  const words = useWords().change;
  const [dragging, setDragging] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const sentence = (at: number) => {
    const kind = kinds.find((one) => one.kind === edits[at]?.kind);
    return steps[at]?.sentence || capital(kind?.label.text ?? edits[at]?.kind ?? "");
  };
  const move = (from: number, to: number) => {
    const next = moved(edits, from, to);
    if (next === edits) return;
    onEdits(next, selected === from ? to : null);
    announce(told(words.movedTo, { sentence: sentence(from), place: to + 1, of: edits.length }));
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>(".sentence")[to]?.focus());
  };
  const remove = (at: number) => {
    onEdits(edits.toSpliced(at, 1), null);
    announce(told(words.removed, { sentence: sentence(at) }));
    requestAnimationFrame(() => {
      const left = list.current?.querySelectorAll<HTMLElement>(".sentence");
      left?.[Math.min(at, left.length - 1)]?.focus();
    });
  };
  return (
    <ol class="plan" ref={list}>
      {edits.map((edit, at) => {
        const step = steps[at];
        const kind = kinds.find((one) => one.kind === edit.kind);
        const open = selected === at;
        return (
          <li
            key={`${at}`}
            class={`${step && !step.made ? "refused" : ""} ${over === at && dragging !== at ? "over" : ""}`}
            draggable={!open}
            onDragStart={(event) => {
              setDragging(at);
              event.dataTransfer?.setData("text/plain", sentence(at));
            }}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(at);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              event.preventDefault();
              if (dragging !== null) move(dragging, at);
            }}
            onDragEnd={() => {
              setDragging(null);
              setOver(null);
            }}
          >
            <button type="button" class="sentence" aria-expanded={open} onClick={() => onSelect(open ? null : at)}>
              {sentence(at)}
            </button>
            {step && step.problems.length > 0 && (
              <ul class="beside">
                {step.problems.map((problem) => (
                  <li key={`${problem.where} ${problem.what}`} class={problem.severity}>
                    <strong>{words[problem.severity as "error" | "warning" | "info"]}:</strong>{" "}
                    {kind && <FieldName kind={kind} where={problem.where} />}
                    {problem.what}
                    {problem.hint && <small>{problem.hint}</small>}
                  </li>
                ))}
              </ul>
            )}
            {open && kind && (
              <EditForm kind={kind} edit={edit} onChange={(changed) => onEdits(edits.with(at, changed), at)} />
            )}
            <div class="row tight">
              <button
                type="button"
                class="icon"
                disabled={at === 0}
                aria-label={told(words.up, { number: at + 1 })}
                title={told(words.up, { number: at + 1 })}
                onClick={() => move(at, at - 1)}
              >
                ↑
              </button>
              <button
                type="button"
                class="icon"
                disabled={at === edits.length - 1}
                aria-label={told(words.down, { number: at + 1 })}
                title={told(words.down, { number: at + 1 })}
                onClick={() => move(at, at + 1)}
              >
                ↓
              </button>
              <button
                type="button"
                onClick={() => onSelect(open ? null : at)}
                aria-label={told(open ? words.closeEdit : words.edit, { number: at + 1 })}
              >
                {open ? words.closeForm : words.change}
              </button>
              <button type="button" onClick={() => remove(at)} aria-label={told(words.remove, { number: at + 1 })}>
                {words.takeOut}
              </button>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** The field a problem is about, as the form calls it. */
function FieldName({ kind, where }: { readonly kind: EditKind; readonly where: string }) {
  const [name, ...rest] = where.split(",");
  const param = kind.params.find((one) => one.name === name);
  if (!param) return where ? <em>{where}: </em> : null;
  return (
    <em>
      {capital(param.label.text)}
      {rest.length > 0 && `,${rest.join(",")}`}:{" "}
    </em>
  );
}
