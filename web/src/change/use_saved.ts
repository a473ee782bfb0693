/** The saved plan the draft belongs to: opened by name, and looked at again, so that another tab's save is noticed. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useDispatch, useLanguage, usePage, useView } from "../app/context";
import { getPlan, type Plan } from "../server/plans";
import type { Problem } from "../server/types";

const AGAIN_MS = 15_000; // between looks, while the page is seen
const CHANNEL = "stadslab.plans"; // other tabs of this browser tell at once

/** other: the plan as somebody else left it since; null: as we know it. gone: it was deleted. */
export type Saved = {
  readonly plan: Plan | null;
  readonly other: Plan | null;
  readonly gone: boolean;
  readonly problems: readonly Problem[];
  readonly said: (plan: Plan | null) => void; // we saved, opened or deleted it ourselves
  readonly forget: () => void; // never mind the other version
};

type Known = { readonly plan: Plan | null; readonly gone: boolean; readonly problems: readonly Problem[] };

const NOTHING: Known = { plan: null, gone: false, problems: [] };

export function useSaved(): Saved {
  const { city } = usePage();
  const language = useLanguage();
  const dispatch = useDispatch();
  const { name, etag } = useView().draft;
  const [known, tell] = useState<Known>(NOTHING);
  const [ignored, ignore] = useState("");
  const tag = useRef(etag);
  tag.current = etag;

  const look = useCallback(async () => {
    if (!name) return;
    const reply = await getPlan(city.name, name, language);
    if (reply.kind === "stale") return;
    if (reply.kind === "refused") {
      const gone = reply.status === 404;
      tell((last) => (gone || tag.current === null ? { plan: null, gone, problems: reply.problems } : last));
      return;
    }
    tell({ plan: reply.value, gone: false, problems: [] });
    if (tag.current === null) dispatch({ do: "draft", draft: draftOf(reply.value) }); // a link by name
  }, [city.name, name, language]);

  useEffect(() => {
    if (!name) {
      tell(NOTHING);
      return;
    }
    void look();
    const seen = () => {
      if (document.visibilityState === "visible") void look();
    };
    const timer = setInterval(seen, AGAIN_MS);
    document.addEventListener("visibilitychange", seen);
    addEventListener("focus", seen);
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }) => {
      if (data === `${city.name}/${name}`) void look();
    };
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("focus", seen);
      channel.close();
    };
  }, [look, name]);

  const said = useCallback(
    (plan: Plan | null) => {
      tell(plan ? { plan, gone: false, problems: [] } : NOTHING);
      const of = plan?.name ?? name;
      const channel = new BroadcastChannel(CHANNEL);
      channel.postMessage(`${city.name}/${of}`);
      channel.close();
    },
    [city.name, name],
  );

  const other = known.plan && etag !== null && known.plan.name === name && known.plan.tag !== etag ? known.plan : null;
  return {
    plan: known.plan,
    other: other && other.tag !== ignored ? other : null,
    gone: known.gone && etag !== null && ignored !== "gone",
    problems: known.problems,
    said,
    forget: () => ignore(known.gone ? "gone" : (known.plan?.tag ?? "")),
  };
}

/** A saved plan as the draft it is opened as. */
export function draftOf(plan: Plan) {
  return { name: plan.name, edits: plan.edits, etag: plan.tag, why: plan.why, by: plan.by };
}
