"""Maps in a notebook, or pictures in a file where there is none."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from stadslab.brief.basemap import Basemap
from stadslab.brief.figures import change_map, value_map
from stadslab.brief.picture import Picture
from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError, Problem
from stadslab.core.values import Values

if TYPE_CHECKING:
    from stadslab.faces.widget import MapWidget

CODE = Path(__file__).parent / "web" / "built" / "widget.js"  # made with the page, shipped in the wheel


def show(what: Values | Comparison, city: City | None = None, path: str | Path | None = None) -> Picture | MapWidget:
    """What does it look like on the map?

    Values are drawn in classes, a comparison as better and worse. `city` adds water, green and streets; `path` also
    writes a PNG file. In a notebook, with the extra `notebook` installed, the map can be moved, hovered and read as a
    table; elsewhere it is a picture. Both have `.png` (bytes) and `.save(path)`. Raises `InputError` for anything else.
    """
    basemap = Basemap.of(city)
    if isinstance(what, Comparison):
        picture = change_map(what, basemap, title=what.base.title or what.base.question)
    elif isinstance(what, Values):
        picture = value_map(what, basemap, title=what.title or what.question)
    else:
        raise InputError(Problem("show", f"a {type(what).__name__} cannot be drawn", "give values or a comparison"))
    if path is not None:
        picture.save(path)
    return _live(what, city, picture) or picture


def _live(what: Values | Comparison, city: City | None, picture: Picture) -> MapWidget | None:
    """The map as a widget; None where no notebook would show it, or where a part of it is not installed."""
    if not in_notebook() or find_spec("anywidget") is None or not CODE.is_file():
        return None
    from stadslab.faces.mapped import mapped
    from stadslab.faces.widget import MapWidget

    return MapWidget(mapped(what, city), picture, CODE)


def in_notebook() -> bool:
    """Whether this runs in the kernel of a notebook, rather than in a script or a terminal."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    return getattr(shell, "kernel", None) is not None
