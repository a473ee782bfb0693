"""A picture that knows what it shows: PNG bytes with a text for those who cannot see it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Swatch:
    """One entry of a legend: a fill colour (`#rrggbb`), what it means, and a hatch ("": none)."""

    colour: str
    label: str
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours of a map mean: a title with the unit, and the classes from low to high."""

    title: str
    swatches: tuple[Swatch, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawn figure.

    width, height: pixels. alt: what it shows, in a sentence. legend: set when it is not drawn inside.
    note: what else a caption should say.
    """

    png: bytes
    width: int
    height: int
    alt: str
    legend: Legend | None = None
    note: str = ""

    def __repr__(self) -> str:
        """Say what it shows, not its bytes."""
        return f"Picture({self.width} x {self.height} pixels: {self.alt})"

    def save(self, path: str | Path) -> Path:
        """Write the picture as a PNG file and return where it is."""
        target = Path(path)
        target.write_bytes(self.png)
        return target

    @property
    def data_uri(self) -> str:
        """The picture as text that stands inside an HTML file."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode("ascii")

    def _repr_png_(self) -> bytes:
        return self.png

    def _repr_html_(self) -> str:
        return f'<img src="{self.data_uri}" alt="{escape(self.alt)}" style="max-width:100%;width:{self.width // 2}px">'
