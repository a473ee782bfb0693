/** A button that puts a text where it can be pasted from, and says so. */

import { usePage, useWords } from "../app/context";

export function Copy({ text, words }: { readonly text: string; readonly words: string }) {
  const { announce } = usePage();
  const said = useWords().explain;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(said.copied);
    } catch {
      announce(said.notCopied);
    }
  };
  return (
    <button type="button" class="copy" onClick={copy}>
      {words}
    </button>
  );
}
