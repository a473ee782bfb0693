"""Names that become file names: cities, scenarios, keys."""

from __future__ import annotations

import unicodedata

from stadslab.core.errors import InputError, Problem

LONGEST = 80  # characters
LONGEST_BYTES = 240  # file systems stop at 255 bytes, ending included


def check_name(name: str, sort: str) -> str:
    """May this name a file? Returns it in one spelling (NFC); raises `InputError` that says what is wrong with it.

    Letters of any script, digits, `-`, `_` and `.`, no leading dot, at most 80 characters. `sort` is the thing named.
    """
    composed = unicodedata.normalize("NFC", name)
    problems: list[Problem] = []
    where = f"{sort} name {name!r}"
    if not composed:
        problems.append(Problem(where, "is empty", "use letters, digits, - _ ."))
    strange = sorted({character for character in composed if not _fits(character)})
    if strange:
        listed = ", ".join(map(repr, strange))
        problems.append(Problem(where, f"has {listed}", "only letters, digits and - _ . are possible"))
    if composed.startswith("."):
        problems.append(Problem(where, "starts with a dot", "start with a letter or digit"))
    if len(composed) > LONGEST or len(composed.encode("utf-8", "replace")) > LONGEST_BYTES:
        problems.append(Problem(where, f"is {len(composed)} characters long", f"at most {LONGEST}"))
    if problems:
        raise InputError(*problems)
    return composed


def _fits(character: str) -> bool:
    # Marks (M) belong to letters in many scripts; other digits than decimal ones (Nd) are look-alikes.
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind == "Nd" or character in "-_."
