/** Two versions of one plan: what differs, and what to do about it. Nobody's work is lost without being asked. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage, useWords } from "../app/context";
import type { Conflict, Plan } from "../server/plans";
import { momentText } from "../words/format";
import { told } from "../words/words";
import { copyName, planName } from "./edits";

type Props = {
  readonly name: string;
  readonly conflict: Conflict;
  readonly mine: readonly string[];
  readonly onClose: () => void;
  readonly onTheirs: (plan: Plan) => void;
  readonly onCopy: (name: string) => void;
};

export function ConflictDialog({ name, conflict, mine, onClose, onTheirs, onCopy }: Props) {
  const words = useWords();
  const language = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [copy, setCopy] = useState(copyName(name, [name]));
  const [both, setBoth] = useState(false);
  const { theirs } = conflict;
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} class="conflict" aria-labelledby="conflict-title" onClose={onClose}>
      <h2 id="conflict-title">{told(words.change.conflict, { name })}</h2>
      <p>
        {theirs
          ? [words.change.conflictWhy, theirs.by, theirs.saved && momentText(theirs.saved, language)]
              .filter((part) => part)
              .join(" · ")
          : conflict.problems.map((problem) => problem.what).join(" ")}
      </p>
      {conflict.differences.length > 0 && (
        <ul class="differences">
          {conflict.differences.map((one) => (
            <li key={`${one.what} ${one.yours} ${one.theirs}`}>
              <strong>{words.change.differs[one.what]}:</strong>{" "}
              {one.what === "only_yours" ? one.yours : one.what === "only_theirs" ? one.theirs : null}
              {one.what !== "only_yours" &&
                one.what !== "only_theirs" &&
                one.what !== "order" &&
                told(words.change.yoursAndTheirs, { yours: one.yours || "–", theirs: one.theirs || "–" })}
            </li>
          ))}
        </ul>
      )}
      {both && theirs && (
        <div class="both">
          <div>
            <h3>{words.change.mine}</h3>
            <ol>
              {mine.map((one, at) => (
                <li key={`${at}`}>{one}</li>
              ))}
            </ol>
          </div>
          <div>
            <h3>{words.change.theirs}</h3>
            <ol>
              {theirs.sentences.map((one, at) => (
                <li key={`${at}`}>{one}</li>
              ))}
            </ol>
          </div>
        </div>
      )}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          onCopy(planName(copy));
        }}
      >
        <label class="row">
          {words.change.keepMineAs}
          <input value={copy} maxLength={80} onInput={(event) => setCopy(event.currentTarget.value)} />
        </label>
        <button type="submit" class="main" disabled={!planName(copy) || (planName(copy) === name && theirs !== null)}>
          {words.change.save}
        </button>
      </form>
      <div class="row">
        {theirs && (
          <>
            <button type="button" onClick={() => onTheirs(theirs)}>
              {words.change.takeTheirs}
            </button>
            <button type="button" aria-pressed={both} onClick={() => setBoth(!both)}>
              {words.change.lookAtBoth}
            </button>
          </>
        )}
        <button type="button" onClick={onClose}>
          {words.app.close}
        </button>
      </div>
    </dialog>
  );
}
