/** The same in Python and in a shell, to copy and run. */

import { useEffect, useState } from "preact/hooks";
import { useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { type Code, code } from "../server/handover";
import type { Problem } from "../server/types";
import type { View } from "../state/state";
import { told } from "../words/words";
import { Copy } from "./copy";
import { codeRequest } from "./on_screen";

export function CodeLines({ view }: { readonly view: View }) {
  const words = useWords().explain;
  const request = codeRequest(view);
  const asked = JSON.stringify(request);
  const [found, tell] = useState<Code | readonly Problem[] | null>(null);
  useEffect(() => {
    const end = new AbortController();
    void code(request, end.signal).then((reply) => {
      if (reply.kind === "ok") tell(reply.value);
      if (reply.kind === "refused") tell(reply.problems);
    });
    return () => end.abort();
  }, [asked]);
  if (!found) return <p class="quiet">{words.waiting}</p>;
  if (!("python" in found)) return <Problems problems={found} />;
  return (
    <div class="code">
      <p>{words.codeAbout}</p>
      <Lines title="Python" text={found.python} copy={words.copyPython} />
      <Lines title={words.shell} text={found.shell} copy={words.copyShell} />
      {found.plan && <p class="quiet">{told(words.codePlan, { plan: found.plan })}</p>}
    </div>
  );
}

function Lines({ title, text, copy }: { readonly title: string; readonly text: string; readonly copy: string }) {
  return (
    <div class="lines">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scrolled" tabIndex={0} aria-label={title}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <Copy text={text} words={copy} />
    </div>
  );
}
