"""Which kinds of place does the house know, and which group does each belong to?

Kinds are plain words a planner uses; sources map their own tags onto them. A group names several kinds at once
(`education` is preschools, schools, ...), and `any` is every kind.
"""

from __future__ import annotations

import difflib

from stadslab.core.errors import InputError, Problem

GROUPS: dict[str, tuple[str, ...]] = {
    "education": ("preschool", "school", "university", "library"),
    "health": ("hospital", "clinic", "doctor", "dentist", "pharmacy"),
    "care": ("care_home", "social_service"),
    "emergency": ("fire_station", "police", "ambulance_station", "shelter"),
    "food_shop": ("supermarket", "convenience", "bakery", "market", "food_special"),
    "shop": ("clothes", "household", "books", "hairdresser", "shopping_centre", "other_shop"),
    "eating": ("restaurant", "cafe", "fast_food", "bar"),
    "culture": ("museum", "theatre", "cinema", "community_centre", "place_of_worship", "attraction"),
    "sport": ("sports_centre", "pitch", "swimming", "playground"),
    "outdoors": ("park", "garden", "viewpoint"),
    "service": ("bank", "post", "townhall", "recycling", "fuel", "toilets"),
    "transport": ("bus_stop", "station", "ferry_terminal", "bicycle_parking", "parking"),
    "lodging": ("hotel",),
    "work": ("office",),
    "other": ("other",),
}
GROUP_OF: dict[str, str] = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
KINDS: tuple[str, ...] = tuple(GROUP_OF)


def kinds_named(name: str, where: str = "kind") -> tuple[str, ...]:
    """Which kinds does this word stand for? A kind, a group, or `any`; raises `InputError` with the nearest words."""
    if name == "any":
        return KINDS
    if name in GROUPS:
        return GROUPS[name]
    if name in GROUP_OF:
        return (name,)
    near = difflib.get_close_matches(name, [*KINDS, *GROUPS], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"groups: {', '.join(GROUPS)}; or a kind in one of them"
    raise InputError(Problem(where, f"no kind of place is called {name!r}", hint))
