"""The tables of a city, column by column."""

from __future__ import annotations

import pyarrow as pa

from docs._generate.markdown import code, page, sentence, table
from stadslab.core.schema import SCHEMAS, Column, LayerSchema
from stadslab.lab import catalog

SHAPES = {
    "Point": "points",
    "LineString": "lines",
    "Polygon": "polygons",
    "MultiPolygon": "polygons in several parts",
}


def pages() -> dict[str, str]:
    """One page with a section a layer."""
    return {
        "layers.md": page(
            "# Layers",
            "A city is a set of tables, called layers. Rows are sorted by `id`; every id is stable and readable, such"
            " as `osm:way/4275132#240109189-240109190` for the piece of that way between these two junctions. Geometry"
            " is longitude and latitude (WKB, OGC:CRS84).",
            "What the layers of your city hold and where they came from: `stadslab show my-city`.",
            *(_section(schema) for schema in SCHEMAS.values()),
        )
    }


def _section(schema: LayerSchema) -> str:
    rows = [(code(c.name), _type(c), c.unit, sentence(c.about), "yes" if c.nullable else "") for c in schema.columns]
    from_sources = [f"[{n}](sources/{n}.md)" for n, s in catalog.sources().items() if schema.name in s.provides]
    by_edits = [f"[{n}](edits/{n}.md)" for n, e in catalog.edits().items() if schema.name in e.touches]
    facts = [f"Read from {', '.join(from_sources)}." if from_sources else ""]
    facts += [f"Changed by {', '.join(by_edits)}." if by_edits else ""]
    facts += [f"Shapes: {', '.join(SHAPES[shape] for shape in schema.geometry)}." if schema.geometry else ""]
    return page(
        f"## {schema.name}",
        f"{sentence(schema.about)} {' '.join(f for f in facts if f)}",
        table(("column", "type", "unit", "what it says", "may be blank"), rows),
    )


def _type(c: Column) -> str:
    if hasattr(c.type, "value_type"):
        return f"list ({_words(c.type.value_type)})"
    return _words(c.type)


def _words(kind: pa.DataType) -> str:
    words = {"string": "text", "bool": "yes or no", "double": "number", "binary": "shape"}
    return words.get(str(kind), "whole number" if pa.types.is_integer(kind) else str(kind))
