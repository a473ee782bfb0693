/** A brief for somebody who decides: a page or a PDF, written by the server while its progress is shown. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage, usePage, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import { address, type Progress } from "../server/facade";
import { type Brief, brief } from "../server/handover";
import type { Problem } from "../server/types";
import type { View } from "../state/state";
import { numberText } from "../words/format";
import { told } from "../words/words";
import { briefRequest, type Head, onScreen } from "./on_screen";

type Made =
  | { readonly kind: "idle" }
  | { readonly kind: "working"; readonly progress: Progress; readonly cancel: () => void }
  | { readonly kind: "refused"; readonly problems: readonly Problem[]; readonly format: "html" | "pdf" }
  | { readonly kind: "done"; readonly brief: Brief };

const AT_ONCE: Progress = { share: null, words: "" };

export function BriefForm({ view }: { readonly view: View }) {
  const words = useWords().explain;
  const language = useLanguage();
  const { announce } = usePage();
  const [head, setHead] = useState<Head>({ title: "", question: "", written: "" });
  const [made, tell] = useState<Made>({ kind: "idle" });
  const end = useRef<AbortController | null>(null);
  useEffect(() => () => end.current?.abort(), []);

  const write = async (format: "html" | "pdf") => {
    end.current?.abort();
    const now = new AbortController();
    end.current = now;
    const cancel = () => {
      now.abort();
      tell({ kind: "idle" });
    };
    const onProgress = (progress: Progress) => {
      if (!now.signal.aborted) tell({ kind: "working", progress, cancel });
    };
    onProgress(AT_ONCE);
    const reply = await brief(briefRequest(view, head, format, language), { signal: now.signal, onProgress });
    if (now.signal.aborted || reply.kind === "stale") return;
    if (reply.kind === "refused") return tell({ kind: "refused", problems: reply.problems, format });
    tell({ kind: "done", brief: reply.value });
    announce(told(words.briefDone, { name: reply.value.name }));
    save(reply.value);
  };

  return (
    <form class="brief" onSubmit={(event) => event.preventDefault()}>
      <p>{onScreen(view).after ? words.briefPlan : words.briefNow}</p>
      <Field name="title" label={words.briefTitle} head={head} set={setHead} />
      <Field name="question" label={words.briefQuestion} head={head} set={setHead} />
      <Field name="written" label={words.briefDate} head={head} set={setHead} />
      <div class="row">
        <button type="button" class="main" onClick={() => write("pdf")} disabled={made.kind === "working"}>
          {words.briefPdf}
        </button>
        <button type="button" onClick={() => write("html")} disabled={made.kind === "working"}>
          {words.briefHtml}
        </button>
      </div>
      {made.kind === "working" && <Working progress={made.progress} cancel={made.cancel} />}
      {made.kind === "refused" && <Problems problems={made.problems} again={() => write(made.format)} />}
      {made.kind === "done" && (
        <div class="made">
          <a class="button" download={made.brief.name} href={address(made.brief.file)}>
            {made.brief.name} · {told(words.megabytes, { size: numberText(made.brief.bytes / 1e6, language, 1) })}
          </a>
          <ul>
            {made.brief.answers.map((answer) => (
              <li key={answer}>{answer}</li>
            ))}
          </ul>
        </div>
      )}
      <p class="quiet">{words.briefCheck}</p>
    </form>
  );
}

function Field(props: {
  readonly name: keyof Head;
  readonly label: string;
  readonly head: Head;
  readonly set: (head: Head) => void;
}) {
  const { name, label, head, set } = props;
  const id = `brief-${name}`;
  const common = {
    id,
    value: head[name],
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      set({ ...head, [name]: event.currentTarget.value }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {name === "written" ? <input type="date" {...common} /> : <input type="text" maxLength={500} {...common} />}
    </div>
  );
}

/** Hand the file to the browser, as a click on its link would. */
function save(made: Brief): void {
  const link = document.createElement("a");
  link.href = address(made.file);
  link.download = made.name;
  link.click();
}
