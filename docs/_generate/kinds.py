"""Which kinds of place there are, and which tags of OpenStreetMap mean them."""

from __future__ import annotations

from collections import defaultdict

from docs._generate.markdown import code, codes, page, prose, table
from stadslab.core.kinds import GROUPS, KINDS
from stadslab.sources.osm import places


def pages() -> dict[str, str]:
    """The page of kinds."""
    tags = _tags()
    rows = [
        (code(group), code(kind), codes(tags[kind]) or "from other sources only")
        for group, kinds in GROUPS.items()
        for kind in kinds
    ]
    missing = set(tags) - set(KINDS)
    assert not missing, f"OpenStreetMap tags mean kinds nobody knows: {missing}"
    return {
        "kinds.md": page(
            "# Kinds of place",
            f"A question about places takes a kind (`--kind school`), a group of kinds (`--kind education`), or `any`,"
            f" which is all {len(KINDS)} kinds. `stadslab list kinds` prints them.",
            table(("group", "kind", "from these tags of OpenStreetMap"), rows),
            "## How a tag is judged",
            prose(places.__doc__),
            f"The keys are looked at in this order: {codes(key for key, _ in places.RULES)}. Open to all, or no place:"
            f" {codes(sorted(places.OPEN_TO_ALL))}.",
        )
    }


def _tags() -> dict[str, list[str]]:
    """Kind to the tags that mean it, in the order in which they are looked at."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, values in places.RULES:
        for value, kind in values.items():
            if kind:
                found[kind].append(f"{key}={value}")
    for value, kind in places.SOCIAL_FACILITY.items():
        tag = "amenity=social_facility" + ("" if value == "*" else f" with social_facility={value}")
        found[kind].append(tag)
    return found
