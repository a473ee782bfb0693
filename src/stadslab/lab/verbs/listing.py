"""What is in the lab, and what can be asked of it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.scenario import Scenario
    from stadslab.lab.lab import Lab

What = Literal["all", "cities", "scenarios", "indicators", "edits", "sources", "kinds", "recipes"]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What to list."""

    what: Annotated[
        What,
        About(
            "cities and scenarios are in this lab; indicators, edits, sources, kinds of place and recipes of cities "
            "come with the software"
        ),
    ] = "all"


@dataclass(frozen=True, slots=True)
class ListReply:
    """Sort of thing to (name, what it is)."""

    found: dict[str, list[tuple[str, str]]]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {sort: [{"name": n, "about": a} for n, a in items] for sort, items in self.found.items()}

    def lines(self) -> list[str]:
        """One line a thing, under a heading for each sort."""
        lines = []
        for sort, items in self.found.items():
            lines.append(f"{sort}:" if items else f"{sort}: none yet")
            width = max((len(n) for n, _ in items), default=0)
            lines += [f"  {name:<{width}}  {about}".rstrip() for name, about in items]
        return lines


def listing(lab: Lab, request: ListRequest, progress: Progress) -> ListReply:
    """List what is in the lab and what can be asked."""
    from stadslab.core.kinds import GROUPS
    from stadslab.lab import catalog, recipes

    def cities() -> list[tuple[str, str]]:
        return [
            (n, ", ".join(f"{x.name} ({x.rows:,})" for _, x in sorted(lab.city(n).layers.items())))
            for n in lab.cities()
        ]

    makers: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "cities": cities,
        "scenarios": lambda: [
            (f"{city}/{name}", _told(lab.scenario(city, name))) for city in lab.cities() for name in lab.scenarios(city)
        ],
        "indicators": lambda: [(n, i.question) for n, i in catalog.indicators().items()],
        "edits": lambda: [(n, e.question) for n, e in catalog.edits().items()],
        "sources": lambda: [(n, f"{s.title}: {', '.join(s.provides)}") for n, s in catalog.sources().items()],
        "kinds": lambda: [(group, ", ".join(kinds)) for group, kinds in GROUPS.items()],
        "recipes": lambda: [(name, recipes.named(name).title) for name in recipes.names()],
    }
    wanted = list(makers) if request.what == "all" else [request.what]
    return ListReply({sort: makers[sort]() for sort in wanted})


def _told(scenario: Scenario) -> str:
    count = len(scenario.edits)
    return f"{count} {'edit' if count == 1 else 'edits'}" + (f": {scenario.why}" if scenario.why else "")


VERB = Verb(
    "list",
    "What is in the lab, and what can be asked of it?",
    ListRequest,
    listing,
    ("stadslab list", "stadslab list indicators"),
    positional=("what",),
    quick=True,
)
