"""Which vehicle runs on a route? GTFS route types, basic (0 to 12) and extended (100 to 1799), as words.

Source: General Transit Feed Specification, routes.txt, and the extended route types (European TPEG PTI tables).
"""

from __future__ import annotations

BASIC = {
    0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "cable", 6: "gondola", 7: "funicular",
    11: "trolleybus", 12: "monorail",
}  # fmt: skip

# first of each hundred, or of a part of one, to the mode; the last entry not above the type counts
_EXTENDED = (
    (100, "rail"), (200, "coach"), (300, "rail"), (401, "metro"), (403, "rail"), (405, "monorail"), (406, "rail"),
    (500, "metro"), (700, "bus"), (800, "trolleybus"), (900, "tram"), (1000, "ferry"), (1100, "air"),
    (1200, "ferry"), (1300, "gondola"), (1400, "funicular"), (1500, "taxi"), (1600, "other"), (1701, "cable"),
    (1702, "other"),
)  # fmt: skip

MODES = (*dict.fromkeys((*BASIC.values(), *(mode for _, mode in _EXTENDED))),)

# Faster than this between two stops, km/h, no such vehicle goes
FASTEST_KMH = {"rail": 350, "monorail": 350, "metro": 150, "air": 1100}
FASTEST_OTHER_KMH = 130


def mode_of(kind: int) -> str | None:
    """The mode of a route type; None when no table knows it."""
    if kind in BASIC:
        return BASIC[kind]
    if not 100 <= kind < 1800:
        return None
    return next(mode for first, mode in reversed(_EXTENDED) if kind >= first)


def fastest_kmh(mode: str) -> int:
    """The speed in km/h that no vehicle of this mode exceeds between two stops."""
    return FASTEST_KMH.get(mode, FASTEST_OTHER_KMH)
