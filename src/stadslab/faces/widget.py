"""The map in a notebook: a widget that carries its code and its data, and asks no server for anything.

Needs the extra `notebook` and a built front end; `stadslab.show` draws a picture where either is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

if TYPE_CHECKING:
    from stadslab.brief.picture import Picture
    from stadslab.faces.mapped import Mapped


class MapWidget(anywidget.AnyWidget):
    """A map to move, hover and read as a table. `.picture` is the same as a still picture, `.png` its bytes.

    `language` may be `en` or `sv`; `theme` light, dark, or auto for that of the page.
    """

    _esm = traitlets.Unicode("").tag(sync=True)
    told = traitlets.Dict().tag(sync=True)
    language = traitlets.Enum(["en", "sv"], "en").tag(sync=True)
    theme = traitlets.Enum(["auto", "light", "dark"], "auto").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)

    def __init__(self, mapped: Mapped, picture: Picture, code: Path) -> None:
        """Tell the map what to draw, and how (`code`, a file); the picture is for pages that cannot draw it."""
        super().__init__(told=mapped.told, alt=picture.alt, _esm=code.read_text(encoding="utf-8"))
        self.picture = picture

    def __repr__(self) -> str:
        """Say what it shows."""
        return f"MapWidget({self.picture.alt})"

    @property
    def png(self) -> bytes:
        """The still picture's bytes."""
        return self.picture.png

    def save(self, path: str | Path) -> Path:
        """Write the still picture as a PNG file and return where it is."""
        return self.picture.save(path)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and the still picture beside it for pages where no widget runs."""
        import base64

        found: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        data, about = found or ({}, {})
        data = {**data, "image/png": base64.b64encode(self.picture.png).decode("ascii"), "text/plain": repr(self)}
        return data, {**about, "image/png": {"width": self.picture.width // 2, "height": self.picture.height // 2}}
