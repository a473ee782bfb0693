"""Who cannot see, cannot use a mouse or reads Swedish: everything is there for them too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.accessibility import faults
from tests.browser.conftest import Visiting
from tests.browser.links import CHANGE, COMPARE, EXPLAIN, LOOK, link, view
from tests.browser.served import Served

SCREENS: dict[str, tuple[dict[str, Any], bool]] = {
    "look": (LOOK, False),
    "table": (LOOK, True),
    "change": (CHANGE, False),
    "compare": (COMPARE, False),
    "swipe": ({**COMPARE, "show": "swipe"}, False),
    "groups": ({**COMPARE, "show": "groups"}, False),
    "side by side": ({**COMPARE, "show": "side", "plans": ["bridge-and-preschool"]}, False),
    "about": (EXPLAIN, False),
    "brief": ({**EXPLAIN, "part": "brief"}, False),
    "data": ({**EXPLAIN, "part": "data"}, False),
    "code": ({**EXPLAIN, "part": "code"}, False),
}
EDITS = ({"kind": "add_place", "place_kind": "preschool", "at": [17.9, 59.3], "name": "A new one"},)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_no_serious_fault(visiting: Visiting, demo: Served, screen: str, theme: Any) -> None:
    mode, table = SCREENS[screen]
    shown = view("demo", "walk_to_nearest", {"kind": "preschool"}, mode, table=table)
    visit = visiting(demo, link(shown), color_scheme=theme)
    visit.settle()
    assert visit.state()["theme"] == theme
    assert faults(visit.page) == []


def test_axe_would_find_one(visiting: Visiting, demo: Served) -> None:
    visit = visiting(demo)
    visit.settle()
    visit.evaluate("() => document.querySelector('main').append(Object.assign(new Image(), { src: 'data:,' }))")
    assert any("image-alt" in fault for fault in faults(visit.page))
