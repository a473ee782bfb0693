"""Small maps written by hand, so that each rule can be shown on one street."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from stadslab.core.layer import Layer
from stadslab.core.source import Raw, RawFile
from stadslab.sources.osm import SOURCE

Tags = Mapping[str, str]
DEGREE_M = 111_000  # one degree of latitude, about


class Map:
    """Nodes, ways and relations in the order they are drawn."""

    def __init__(self, generator: str = "hand", bounds: str = "") -> None:
        self.generator = generator
        self.bounds = bounds
        self.parts: list[str] = []

    def node(self, number: int, lon: float, lat: float, tags: Tags | None = None, version: int = 1) -> Map:
        head = (
            f'<node id="{number}" lon="{lon:.7f}" lat="{lat:.7f}" version="{version}" timestamp="2020-02-02T02:02:02Z"'
        )
        self.parts.append(f"{head}>{_tags(tags)}</node>")
        return self

    def way(self, number: int, nodes: Sequence[int], tags: Tags | None = None, version: int = 1) -> Map:
        refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
        head = f'<way id="{number}" version="{version}" timestamp="2021-03-04T02:02:02Z">'
        self.parts.append(f"{head}{refs}{_tags(tags)}</way>")
        return self

    def relation(self, number: int, members: Sequence[tuple[str, int, str]], tags: Tags) -> Map:
        inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self.parts.append(f'<relation id="{number}" version="1">{inside}{_tags(tags)}</relation>')
        return self

    def square(self, way: int, first: int, west: float, south: float, side: float, tags: Tags) -> Map:
        """A closed way over four new nodes."""
        corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
        for i, (lon, lat) in enumerate(corners):
            self.node(first + i, lon, lat)
        return self.way(way, [first, first + 1, first + 2, first + 3, first], tags)

    def text(self, order: Sequence[int] | None = None) -> str:
        parts = self.parts if order is None else [self.parts[i] for i in order]
        body = "\n".join(parts)
        head = f'<?xml version="1.0"?>\n<osm version="0.6" generator={quoteattr(self.generator)}>'
        return f"{head}{self.bounds}\n{body}\n</osm>\n"

    def write(self, path: Path, order: Sequence[int] | None = None) -> Path:
        path.write_text(self.text(order), encoding="utf-8")
        return path


def _tags(tags: Tags | None) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in (tags or {}).items())


def raw_of(path: Path) -> Raw:
    return Raw((RawFile(path, hashlib.sha256(path.read_bytes()).hexdigest()),))


def load(path: Path, **params: object) -> dict[str, Layer]:
    return {layer.name: layer for layer in SOURCE.read(raw_of(path), None, **params)}


def rows(layer: Layer) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in layer.scan().to_pylist()}
