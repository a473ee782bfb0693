/** Explain: where the answer comes from, what it does not say, and handing it over. */

import { useMode } from "../app/context";
import { Parts } from "./parts";

export function ExplainPanel() {
  const mode = useMode("explain");
  if (!mode) return null;
  const [{ part }, set] = mode;
  return <Parts part={part} choose={(chosen) => set({ part: chosen })} shown={["about", "data", "brief", "code"]} />;
}
