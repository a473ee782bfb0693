/** What went wrong, all of it, with what would fix it. */

import { useWords } from "../app/context";
import type { Problem } from "../server/types";

type Props = {
  readonly problems: readonly Problem[];
  readonly title?: string;
  readonly again?: () => void;
  readonly onClose?: () => void;
};

export function Problems({ problems, title, again, onClose }: Props) {
  const words = useWords();
  return (
    <div class="problems" role="alert">
      {title && <strong>{title}</strong>}
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.where} ${problem.what}`} class={problem.severity}>
            {problem.where && problem.where !== "server" && problem.where !== "request" && <em>{problem.where}: </em>}
            {problem.what}
            {problem.hint && <small>{problem.hint}</small>}
          </li>
        ))}
      </ul>
      {again && (
        <button type="button" onClick={again}>
          {words.app.again}
        </button>
      )}
      {onClose && (
        <button type="button" onClick={onClose}>
          {words.app.close}
        </button>
      )}
    </div>
  );
}
