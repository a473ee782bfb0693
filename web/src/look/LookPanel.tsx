/** Look: one question, its answer on the map. */

import { useWords } from "../app/context";

export function LookPanel() {
  return <p class="quiet">{useWords().app.coming}</p>;
}
