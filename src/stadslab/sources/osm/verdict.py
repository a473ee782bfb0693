"""How a layer's load is counted: every row that came in is kept or dropped for a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stadslab.core.layer import Verdict

EXAMPLES = 3


@dataclass(slots=True)
class Tally:
    """The running count of one layer: dropped rows by reason with their ids, and things a person should know."""

    dropped: dict[str, list[str]] = field(default_factory=dict)
    joined: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def drop(self, reason: str, *ids: str) -> None:
        """Count these rows as dropped for this reason."""
        if ids:
            self.dropped.setdefault(reason, []).extend(ids)

    def join(self, reason: str, count: int) -> None:
        """Count rows that live on in another row, for this reason; none of them is lost, so none is named."""
        if count:
            self.joined[reason] = self.joined.get(reason, 0) + count

    def note(self, text: str) -> None:
        """Add a sentence a person should know, once."""
        if text not in self.notes:
            self.notes.append(text)

    def verdict(self, kept: int) -> Verdict:
        """The verdict once the number of rows kept is known: in = kept + dropped, whatever the order of the file."""
        counts = dict(sorted([*self.joined.items(), *((reason, len(ids)) for reason, ids in self.dropped.items())]))
        examples = tuple(f"{reason}: {named(ids)}" for reason, ids in sorted(self.dropped.items()))
        return Verdict(kept + sum(counts.values()), kept, counts, tuple(self.notes) + examples)


def named(ids: list[str]) -> str:
    """The first few ids in words: `osm:way/1, osm:way/2 and 7 more`."""
    first = sorted(ids, key=_by_number)
    text = ", ".join(first[:EXAMPLES])
    return f"{text} and {len(ids) - EXAMPLES:,} more" if len(ids) > EXAMPLES else text


def _by_number(name: str) -> list[tuple[int, str]]:
    """Order names as people do: `way/9` before `way/10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
