"""Edits as they are drawn: each checked on the city as those before it leave it, told in words and sketched.

What was checked once is kept, so that adding to a long plan checks the last edit only.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stadslab.core import digest as digests
from stadslab.core.errors import InputError, Problem
from stadslab.core.said import Said
from stadslab.faces.web import sketch as sketches
from stadslab.faces.web.questions import MOST_EDITS

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.edit import Edit

DEEPEST = 8  # values within values
MOST_ITEMS = 100_000  # values in one edit, nested ones included
LONGEST_TEXT = 2_000  # characters
KEPT = 2 * MOST_EDITS  # checked edits, each with the city after it


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of a plan. edit: None where it is malformed. sentence: empty then. made: the city after it differs."""

    edit: Edit | None
    sentence: str
    problems: tuple[Problem, ...]
    sketch: dict[str, Any]
    made: bool


class Drawings:
    """Remembers steps by the city's version and the edits up to them."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._kept: OrderedDict[str, tuple[City, Step]] = OrderedDict()
        self._lock = threading.Lock()

    def steps(self, city: City, edits: Sequence[Any]) -> tuple[City, list[Step]]:
        """The city after all edits that could be made, and every edit as a step, none left out.

        Raises `InputError` when there are more edits than a person could have drawn.
        """
        if len(edits) > MOST_EDITS:
            what = Said("the plan has {number:,} edits; {most} are possible", number=len(edits), most=MOST_EDITS)
            raise InputError(Problem("edits", what, Said("divide it into several plans")))
        key = city.key()
        found: list[Step] = []
        for item in edits:
            strange = _strange(item)
            key = key if strange else digests.of_json([key, item])
            kept = None if strange else self._get(key)
            if kept is None:
                kept = _step(city, item, strange)
                if not strange:
                    self._put(key, kept)
            city, step = kept
            found.append(step)
        return city, found

    def _get(self, key: str) -> tuple[City, Step] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key: str, value: tuple[City, Step]) -> None:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _step(city: City, item: Any, strange: Problem | None) -> tuple[City, Step]:
    from stadslab.core.scenario import edit_from_json, with_deltas
    from stadslab.lab import catalog

    if strange is not None:
        return city, Step(None, "", (strange,), sketches.collection([]), made=False)
    try:
        edit = edit_from_json(item, catalog.edits())
    except InputError as error:
        return city, Step(None, "", error.problems, sketches.collection([]), made=False)
    problems = tuple(edit.problems(city))
    if any(p.severity == "error" for p in problems):
        return city, Step(edit, edit.sentence(city), problems, sketches.refused(edit), made=False)
    sentence, deltas = edit.sentence(city), edit.deltas(city)
    drawn = sketches.sketch(city, deltas)
    return with_deltas(city, deltas), Step(edit, sentence, problems, drawn, made=True)


def _strange(item: Any) -> Problem | None:
    """What makes an edit nothing that could be looked at: it is too large, or its text is no text."""
    count, waiting = 0, [(item, 0)]
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > MOST_ITEMS:
            what = Said("an edit holds more than {most:,} values", most=MOST_ITEMS)
            return Problem("", what, Said("draw it with fewer bends, or as several edits"))
        if depth > DEEPEST:
            what = Said("an edit has values within values, {most} deep", most=depth)
            return Problem("", what, Said("write it plainly"))
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                what = Said(
                    "a text has {number:,} characters; {most:,} are possible", number=len(value), most=LONGEST_TEXT
                )
                return Problem("", what, Said("shorten it"))
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                return Problem("", Said("a text has half a character in it"), Said("write it anew"))
    return None
