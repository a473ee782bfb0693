/** A comparison that is still being worked out, was refused, or called off. */

import { useWords } from "../app/context";
import { Problems } from "../parts/problems";
import { Working } from "../parts/working";
import type { Asked } from "./use_comparison";

export function Outcome({ answer }: { readonly answer: Asked<unknown> }) {
  const words = useWords().app;
  if (answer.kind === "working") return <Working progress={answer.progress} cancel={answer.cancel} />;
  if (answer.kind === "refused") return <Problems problems={answer.problems} again={answer.again} />;
  if (answer.kind !== "cancelled") return null;
  return (
    <p>
      {words.cancelled}{" "}
      <button type="button" onClick={answer.again}>
        {words.again}
      </button>
    </p>
  );
}
