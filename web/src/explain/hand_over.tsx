/** Handing over from any view: files, a brief, lines of code and the link, in a dialog over what is on the screen. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useWords } from "../app/context";
import type { ExplainMode } from "../state/mode";
import { Parts } from "./parts";

type Part = ExplainMode["part"];

export function HandOver() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="hand-over" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {words.explain.handOver}
      </button>
      {open && <Dialog close={() => setOpen(false)} />}
    </>
  );
}

function Dialog({ close }: { readonly close: () => void }) {
  const words = useWords();
  const [part, setPart] = useState<Part>("data");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (!shown?.open) shown?.showModal(); // keeps the focus inside, and gives it back afterwards
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} class="over" aria-labelledby="hand-over" onClose={close}>
      <header class="row">
        <h2 id="hand-over">{words.explain.handOver}</h2>
        <button type="button" onClick={close}>
          {words.app.close}
        </button>
      </header>
      <Parts part={part} choose={setPart} shown={["data", "brief", "code"]} />
    </dialog>
  );
}
