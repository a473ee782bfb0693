/** The parts of explaining and handing over, one at a time: what stands behind it, files, a brief, lines of code. */

import { useMemo } from "preact/hooks";
import { useAppState, useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import { type Answer, useAnswer } from "../server/use_answer";
import type { ExplainMode } from "../state/mode";
import type { View } from "../state/state";
import { About } from "./about";
import { BriefForm } from "./brief";
import { useScreen } from "./chosen_plan";
import { CodeLines } from "./code_lines";
import { Data } from "./data";
import "./explain.css";
import { classesFor, onScreen } from "./on_screen";
import { ShownMap } from "./shown_map";

type Part = ExplainMode["part"];

export function Parts(props: {
  readonly part: Part;
  readonly choose: (part: Part) => void;
  readonly shown: readonly Part[];
}) {
  const words = useWords().explain;
  const screen = useScreen();
  const explains = props.shown.includes("about");
  const name = { about: words.about, data: words.data, brief: words.brief, code: words.code };
  return (
    <>
      <nav class="parts" aria-label={words.parts}>
        {props.shown.map((part) => (
          <button
            key={part}
            type="button"
            class="tab"
            aria-current={part === props.part ? "true" : undefined}
            onClick={() => props.choose(part)}
          >
            {name[part]}
          </button>
        ))}
      </nav>
      {screen.kind === "refused" && <Problems problems={screen.problems} />}
      {screen.kind === "waiting" && <p class="quiet">{words.waiting}</p>}
      {screen.kind === "ready" && (
        <>
          {(props.part === "data" || explains) && <Answered part={props.part} view={screen.view} explains={explains} />}
          {props.part === "brief" && <BriefForm view={screen.view} />}
          {props.part === "code" && <CodeLines view={screen.view} />}
        </>
      )}
    </>
  );
}

/** What needs the answers to be there: the map while they are explained, and what is told of them. */
function Answered(props: { readonly part: Part; readonly view: View; readonly explains: boolean }) {
  const { part, view, explains } = props;
  const { left } = useAppState();
  const { before, after } = onScreen(view);
  const first = useAnswer(before);
  const second = useAnswer(after);
  const bad = [first, second].find((answer) => answer.kind === "refused");
  const busy = [first, second].find((answer) => answer.kind === "working");
  const classes = useMemo(
    () => (first.kept ? classesFor(view, left.look, first.kept.values) : null),
    [first.kept, view.mode, left.look],
  );
  const told = after ? second : first;
  return (
    <>
      {busy?.kind === "working" && <Working progress={busy.progress} cancel={busy.cancel} />}
      {bad?.kind === "refused" && <Problems problems={bad.problems} again={bad.again} />}
      {explains && classes && told.kept && <ShownMap answer={told.kept} classes={classes} planned={after !== null} />}
      {part === "about" && <About answer={key(told)} />}
      {part === "data" && (
        <Data before={key(first)} after={key(second)} compares={after !== null} edges={classes?.edges ?? []} />
      )}
    </>
  );
}

function key(answer: Answer): string | null {
  return answer.kind === "ready" ? answer.kept.head.key : null;
}
