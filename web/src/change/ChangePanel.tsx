/** Change: a stub until its panel is built. */

import { useWords } from "../app/context";

export function ChangePanel() {
  return <p class="quiet">{useWords().app.coming}</p>;
}
