"""What the tags of OpenStreetMap say about streets, green, water, buildings and barriers."""

from __future__ import annotations

from docs._generate.markdown import code, codes, page, prose, table
from stadslab.sources.osm import areas_of, doors, streets

YES_NO = {True: "yes", False: ""}


def pages() -> dict[str, str]:
    """One page."""
    classes = [
        (code(name), *(YES_NO[flag] for flag in (rule.walk, rule.cycle, rule.drive)), f"{rule.speed_kmh:g}")
        for name, rule in (*streets.CLASSES.items(), ("any other", streets.UNKNOWN_CLASS))
    ]
    greens = [(code(f"{key}={value}"), kind) for key, values in areas_of.GREEN for value, kind in values.items()]
    uses = [(use, codes(values)) for use, values in areas_of.USES.items()]
    passes = [(code(kind), *(YES_NO[flag] for flag in flags)) for kind, flags in doors.PASSES.items()]
    return {
        "osm-tags.md": page(
            "# OpenStreetMap tags",
            "What [the source osm](sources/osm.md) makes of the tags on the map. Places have [a page of their"
            " own](kinds.md).",
            "## Streets",
            prose(streets.__doc__),
            "The class of a way (`highway=...`) says this, until another tag says otherwise:",
            table(("class", "walk", "cycle", "drive", "km/h by car, when no limit is tagged"), classes),
            f"Not built yet, and left out: {codes(sorted(streets.NOT_YET))}. Gone, and left out:"
            f" {codes(sorted(streets.NO_MORE))}. No street: {codes(sorted(streets.NO_STREET))}.",
            "## Green",
            prose(areas_of.__doc__),
            table(("tag", "kind"), greens),
            "## Water",
            f"Sorts of water that are told apart: {codes(sorted(areas_of.WATER_SORTS))}.",
            "## Buildings",
            table(("use", "values of `building`"), uses),
            "`building=yes` takes the use of the place inside it, else it is `unknown`. Any other value is `other`.",
            "## Barriers",
            "Who may pass, until an access tag says otherwise. A barrier that is not in the table stops nobody."
            " Barriers are on the map and in the layer; walking, cycling and driving times do not heed them yet.",
            table(("barrier", "on foot", "by bicycle", "by car"), passes),
        )
    }
