/** Long work: how far it is, in words and as a bar, and a way to stop it. */

import { useLanguage, useWords } from "../app/context";
import type { Progress } from "../server/facade";
import { shareText } from "../words/format";

export function Working({ progress, cancel }: { readonly progress: Progress; readonly cancel?: () => void }) {
  const words = useWords();
  const language = useLanguage();
  const share = progress.share === null ? undefined : Math.min(Math.max(progress.share, 0), 1);
  return (
    <div class="working">
      <progress value={share} max={1} aria-label={words.app.working} />
      <span>
        {progress.words || words.app.working}
        {share !== undefined && ` · ${shareText(share, language)}`}
      </span>
      {cancel && (
        <button type="button" onClick={cancel}>
          {words.app.cancel}
        </button>
      )}
    </div>
  );
}
