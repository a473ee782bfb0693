/** A tool on the map: what a pointer or the crosshair is over, what a press sets, and the answer while it is in the air. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLanguage, usePage, useTheme } from "../app/context";
import type { Hand, Pick } from "../map/city_map";
import { type Line, type LonLat, type NearPlace, near } from "../server/plans";
import type { EditKind } from "../server/types";
import type { Edit } from "../state/mode";
import { Crosshair } from "./crosshair";
import { type Drawn, dragged, drawnFor, type Handle, handles, missing, rounded, simplified, withField } from "./edits";
import { Looking } from "./looking";
import { marksOf, type Under } from "./marks";
import { type Dot, lineOf, NO_PEN, type Pen, type Stroke, stopsOf, stroke } from "./pen";
import { CATCH, metresPerPixel, onStop, onStreet } from "./snap";

/** A place that is there is moved by closing it and opening it elsewhere. */
export const MOVE = "move_place";

export type Tool = { readonly kind: EditKind; readonly move: boolean };

export type DrawingProps = {
  readonly tool: Tool | null;
  readonly options: Edit | null; // the form of the tool
  readonly whole: boolean; // a whole street or station rather than the piece or platform
  readonly edits: readonly Edit[];
  readonly made: readonly Edit[]; // those of them that can be made
  readonly kinds: readonly EditKind[];
  readonly follows: boolean; // the answer follows at once, so that hovering may ask
  readonly draw: (edits: readonly Edit[]) => void;
  readonly settle: (edits: readonly Edit[]) => void;
  readonly add: (...edits: readonly Edit[]) => void;
  readonly replace: (edits: readonly Edit[]) => void;
  readonly choose: (options: Edit) => void; // set in the form, since more is needed
  readonly leave: () => void;
};

export type Drawing = {
  readonly drawn: Drawn;
  readonly under: Under | null;
  readonly pen: Pen;
  readonly lines: readonly Line[]; // to choose from, where several call at the stop that was pressed
  readonly carried: NearPlace | null; // the place that is being moved
  readonly keyboard: boolean; // the crosshair is shown
  readonly press: (at: LonLat) => void;
  readonly finish: () => void;
  readonly back: () => void;
  readonly take: (id: string) => void; // a thing chosen by name
  readonly crosshair: (at?: LonLat) => void;
};

const DOUBLE_MS = 400; // the second click of a double click sets nothing
const NONE: Drawn = { sort: "none" };

export function useDrawing(props: DrawingProps): Drawing {
  const { map, city, announce } = usePage();
  const theme = useTheme();
  const language = useLanguage();
  const [pen, setPen] = useState<Pen>(NO_PEN);
  const [under, setUnder] = useState<Under | null>(null);
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [carried, setCarried] = useState<NearPlace | null>(null);
  const [keyboard, setKeyboard] = useState(false);
  const cross = useRef<Crosshair | null>(null);
  const now = useRef(props);
  now.current = props;
  const ink = useRef({ pen, under, carried });
  ink.current = { pen, under, carried };

  const toolKey = props.tool ? `${props.tool.kind.kind} ${props.tool.move}` : "";
  const drawn: Drawn = useMemo(() => (props.tool ? drawnFor(props.tool.kind) : NONE), [toolKey]);

  const hands = useMemo(() => {
    const write = (action: Stroke) => {
      const next = stroke(ink.current.pen, action);
      ink.current.pen = next;
      setPen(next);
    };
    const reach = (at: LonLat) => Math.min(Math.max(CATCH * metresPerPixel(map?.camera.zoom ?? 15, at[1]), 1), 3000);
    const drawnNow = (): Drawn => (now.current.tool ? drawnFor(now.current.tool.kind) : NONE);

    const sorts = (): string => {
      const what = drawnNow();
      if (what.sort === "line") return "streets";
      if (what.sort === "stops") return "streets,stops";
      if (what.sort !== "pick") return "";
      return { street: "streets", stop: "stops", route: "stops", place: "places" }[what.what];
    };
    const looking = new Looking(
      async (at, within_m, signal) => {
        const reply = await near(city.name, at, within_m, sorts(), language, signal);
        return reply.kind === "ok" ? reply.value : null;
      },
      (at, found) => {
        const what = drawnNow();
        if (what.sort === "line") write({ do: "hover", dot: onStreet(at, found, reach(at)) });
        else if (what.sort === "stops") write({ do: "hover", dot: onStop(at, found, reach(at)) });
        else if (what.sort === "pick") over(what.what, found);
        inTheAir();
      },
    );

    const over = (what: string, found: Parameters<ConstructorParameters<typeof Looking>[1]>[1]) => {
      const street = found.streets[0];
      const stop = found.stops[0];
      const place = found.places[0];
      let next: Under | null = null;
      if (what === "street" && street) next = { sort: "street", street, whole: now.current.whole };
      else if ((what === "stop" || what === "route") && stop) next = { sort: "stop", stop };
      else if (what === "place" && place) next = { sort: "place", place };
      ink.current.under = next;
      setUnder(next);
    };

    /** The value a press on this thing gives the edit. */
    const idOf = (thing: Under | null): string | null => {
      const { whole } = now.current;
      if (thing?.sort === "street") return whole ? thing.street.way : thing.street.id;
      if (thing?.sort === "stop") return whole && thing.stop.station ? thing.stop.station.id : thing.stop.id;
      return thing?.sort === "place" ? thing.place.id : null;
    };

    const moving = (at: LonLat): readonly Edit[] => {
      const place = ink.current.carried;
      if (!place) return [];
      const opened = { kind: "add_place", place_kind: place.kind, at: rounded(at), name: place.name };
      return [
        { kind: "remove_place", place: place.id },
        { ...opened, capacity: place.capacity },
      ];
    };

    /** The edits as they would be if the pencil were set down now. */
    const provisional = (at: LonLat | null): readonly Edit[] | null => {
      const { tool, options } = now.current;
      if (!tool || !options) return null;
      const what = drawnNow();
      if (tool.move) return at && ink.current.carried ? moving(at) : null;
      if (what.sort === "point" && at) return complete(tool.kind, withField(options, what.param, rounded(at)));
      if (what.sort === "line") {
        const line = lineOf(ink.current.pen);
        return line.length > 1
          ? complete(tool.kind, withField(options, what.param, simplified(line.map(rounded))))
          : null;
      }
      if (what.sort === "stops") {
        const stops = stopsOf(ink.current.pen, true);
        return stops.length > 1 ? complete(tool.kind, withField(options, what.param, stops)) : null;
      }
      if (what.sort === "pick" && what.what !== "route") {
        const value = idOf(ink.current.under);
        return value === null ? null : complete(tool.kind, withField(options, what.param, value));
      }
      return null;
    };
    const complete = (kind: EditKind, edit: Edit) => (missing(kind, edit).length ? null : [edit]);

    let asked = "";
    /** Let the answer follow the pencil. */
    const inTheAir = (at: LonLat | null = null) => {
      const { made, draw, follows } = now.current;
      if (!follows) return;
      const more = provisional(at) ?? [];
      const told = JSON.stringify(more);
      if (told === asked) return;
      asked = told;
      draw([...made, ...more]);
    };

    const hover = (at: LonLat) => {
      const what = drawnNow();
      const { tool } = now.current;
      if (!tool) return;
      if (tool.move && ink.current.carried) {
        write({ do: "hover", dot: { at, stop: null } });
        inTheAir(at);
      } else if (what.sort === "point") {
        write({ do: "hover", dot: { at, stop: null } });
        inTheAir(at);
      } else if (what.sort !== "none") {
        if (what.sort === "line" || what.sort === "stops") write({ do: "hover", dot: { at, stop: null } });
        looking.look(at, reach(at));
      }
    };

    const commit = (edit: Edit, param: string) => {
      const { tool, add, choose } = now.current;
      if (!tool) return;
      asked = "";
      if (missing(tool.kind, edit).length) choose(edit);
      else {
        add(edit);
        const { [param]: _, ...rest } = edit;
        choose(rest as Edit);
      }
    };

    const pressed = async (at: LonLat) => {
      const { tool, options } = now.current;
      const what = drawnNow();
      if (!tool || !options) return;
      if (tool.move) {
        if (ink.current.carried) {
          now.current.add(...moving(at));
          asked = "";
          drop(true);
          return;
        }
        const found = await looking.here(at, reach(at));
        const place = found?.places[0];
        if (place) {
          ink.current.carried = place;
          setCarried(place);
          announce(place.words);
        }
        return;
      }
      if (what.sort === "point") return commit(withField(options, what.param, rounded(at)), what.param);
      if (what.sort === "none") return;
      const found = await looking.here(at, reach(at));
      if (what.sort === "line") {
        return write({ do: "set", dot: found ? onStreet(at, found, reach(at)) : { at, stop: null } });
      }
      if (what.sort === "stops") {
        return write({ do: "set", dot: found ? onStop(at, found, reach(at)) : { at, stop: null } });
      }
      if (!found) return;
      over(what.what, found);
      if (what.what === "route") {
        const calling = found.stops.flatMap((stop) => stop.lines);
        const once = calling.filter((line, k) => calling.findIndex((one) => one.id === line.id) === k);
        setLines(once.length > 1 ? once : []);
        const only = once.length === 1 ? once[0] : undefined;
        if (only) commit(withField(options, what.param, only.id), what.param);
        return;
      }
      const value = idOf(ink.current.under);
      if (value !== null) commit(withField(options, what.param, value), what.param);
    };

    const finished = () => {
      const { options } = now.current;
      const what = drawnNow();
      const { pen: line } = ink.current;
      if (!options || line.dots.length < 2) return;
      const points = line.dots.map((dot: Dot) => dot.at);
      if (what.sort === "line") commit(withField(options, what.param, simplified(points.map(rounded))), what.param);
      else if (what.sort === "stops") {
        commit(withField(options, what.param, stopsOf({ ...line, next: null }, false)), what.param);
      } else return;
      drop(true);
    };

    /** Let go of what is in the air. quiet: something was set down, and the answer to that is asked for already. */
    const drop = (quiet = false) => {
      looking.close();
      write({ do: "drop" });
      ink.current.under = null;
      ink.current.carried = null;
      setUnder(null);
      setCarried(null);
      setLines([]);
      if (!quiet) inTheAir();
    };

    // What a press means may have to be asked of the server; what comes after it waits, so that nothing is set too late.
    let working: Promise<void> = Promise.resolve();
    const press = (at: LonLat) => {
      working = working.then(() => pressed(at));
      return working;
    };
    const finish = () => {
      working = working.then(finished);
      return working;
    };

    const take = (id: string) => {
      const { options } = now.current;
      const what = drawnNow();
      setLines([]);
      if (options && what.sort === "pick") commit(withField(options, what.param, id), what.param);
    };

    const giveUp = () => {
      const { pen: line, carried: place } = ink.current;
      if (line.dots.length || place) drop();
      else now.current.leave();
    };
    return { hover, press, finish, drop, take, giveUp, write, looking, inTheAir };
  }, [map, city.name, language]);

  // Another tool: nothing of the one before stays in the air.
  useEffect(() => {
    hands.drop();
    return () => hands.looking.close();
  }, [toolKey, hands]);

  useEffect(() => {
    if (!map || !props.tool) return;
    const made = new Crosshair(map, { moved: hands.hover, shown: setKeyboard });
    cross.current = made;
    return () => {
      cross.current = null;
      made.close();
      setKeyboard(false);
    };
  }, [map, toolKey, hands]);

  // The hand: moves, drags points of the draft, and a double click ends a line.
  useEffect(() => {
    if (!map) return;
    let held: Handle | null = null;
    let at: LonLat | null = null;
    const grip = (pick: Pick): Handle | null => {
      if (now.current.tool && drawnFor(now.current.tool.kind).sort !== "point") return null;
      const found = handles(now.current.edits, now.current.kinds)
        .map((one) => ({ one, pixel: map.map.project([...one.at]) }))
        .map(({ one, pixel }) => ({ one, away: Math.hypot(pixel.x - pick.x, pixel.y - pick.y) }))
        .filter(({ away }) => away <= CATCH)
        .sort((a, b) => a.away - b.away)[0];
      return found?.one ?? null;
    };
    const hand: Hand = {
      down: (pick) => {
        held = grip(pick);
        return held !== null;
      },
      move: (pick, pressed) => {
        if (held && pressed) {
          at = [pick.lon, pick.lat];
          now.current.draw(dragged(now.current.edits, held, at));
          hands.write({ do: "hover", dot: { at, stop: null } });
        } else if (!pressed) hands.hover([pick.lon, pick.lat]);
      },
      up: () => {
        if (held && at) now.current.replace(dragged(now.current.edits, held, at));
        held = null;
        at = null;
        hands.write({ do: "hover", dot: null });
      },
      double: () => {
        if (!now.current.tool) return false;
        void hands.finish();
        return true;
      },
    };
    map.setHand(hand);
    map.map.getCanvas().style.cursor = props.tool ? "crosshair" : "";
    let last = { x: Number.NEGATIVE_INFINITY, y: 0, when: 0 };
    const leave = map.onPick((pick) => {
      const when = performance.now();
      const again = Math.hypot(pick.x - last.x, pick.y - last.y) < 4 && when - last.when < DOUBLE_MS;
      last = { x: pick.x, y: pick.y, when };
      if (now.current.tool && !again) void hands.press([pick.lon, pick.lat]);
    });
    return () => {
      leave();
      map.setHand(null);
    };
  }, [map, toolKey, hands]);

  // Keys: on the map and on the page, but never while somebody types.
  useEffect(() => {
    if (!props.tool) return;
    let pressed: LonLat | null = null; // a second Enter at the same place ends a line
    const key = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.closest("input, textarea, select, dialog, [contenteditable]");
      const onMap = target === map?.map.getCanvas();
      const ours = () => {
        event.preventDefault();
        event.stopPropagation(); // the map would pick what lies in its middle
      };
      if (event.key === "Escape" && !target.closest("dialog")) {
        ours();
        hands.giveUp();
      } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      } else if (event.key === "Backspace" && ink.current.pen.dots.length) {
        ours();
        hands.write({ do: "back" });
        hands.inTheAir();
      } else if (event.key === "Enter" && (onMap || target === document.body)) {
        ours();
        const there = cross.current?.at;
        const many = ["line", "stops"].includes(drawnFor((props.tool as Tool).kind).sort);
        const again = there && pressed && there[0] === pressed[0] && there[1] === pressed[1];
        pressed = there ?? null;
        if (many && (event.shiftKey || !there || again)) void hands.finish();
        else if (there) void hands.press(there);
      } else if (event.key === " " && onMap && cross.current?.at) {
        ours();
        void hands.press(cross.current.at);
      }
    };
    addEventListener("keydown", key, { capture: true });
    return () => removeEventListener("keydown", key, { capture: true });
  }, [map, toolKey, hands]);

  useEffect(() => {
    const line = drawn.sort === "line" || drawn.sort === "stops" ? lineOf(pen) : [];
    const single = drawn.sort === "point" || carried || !props.tool ? (pen.next ? [pen.next.at] : []) : [];
    const dots = [...pen.dots.map((dot) => dot.at), ...single];
    const grips = props.tool && drawn.sort !== "point" ? [] : handles(props.edits, props.kinds);
    map?.setOverlay("marks", marksOf(under, line, dots, grips, theme));
  }, [map, pen, under, carried, theme, drawn, props.edits, toolKey]);
  useEffect(() => () => map?.setOverlay("marks", null), [map]);
  useEffect(() => {
    const picks = drawn.sort === "stops" ? "stop" : drawn.sort === "pick" ? drawn.what : "street";
    map?.reveal(props.tool && picks !== "street" ? (picks === "place" ? "places" : "stops") : null);
    return () => map?.reveal(null);
  }, [map, toolKey]);

  return {
    drawn,
    under,
    pen,
    lines,
    carried,
    keyboard,
    press: (at) => void hands.press(at),
    finish: () => void hands.finish(),
    back: () => hands.write({ do: "back" }),
    take: hands.take,
    crosshair: (at) => cross.current?.show(at),
  };
}
