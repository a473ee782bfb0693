"""Answers as files: a map to look at, or a table to go on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError, Problem

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.values import Values

TABLES = (".parquet", ".geojson", ".gpkg", ".csv")


def draw(answer: Values | Comparison, city: City, path: Path) -> None:
    """Draw the answer as a map at `path`; raises `InputError` for an ending that is no picture."""
    from stadslab.faces.notebook import show

    _check(path, (".png", ".svg"))
    show(answer, city).save(path)


def save(answer: Values | Comparison, path: Path) -> None:
    """Save one row a unit at `path`, as its ending says: GeoParquet, GeoJSON, GeoPackage or CSV."""
    _check(path, TABLES)
    frame = _frame(answer)
    if path.suffix == ".csv":
        frame.drop(columns="geometry").to_csv(path)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.reset_index().to_file(path, driver="GeoJSON" if path.suffix == ".geojson" else "GPKG")


def _frame(answer: Values | Comparison) -> Any:
    if not isinstance(answer, Comparison):
        return answer.to_geopandas()
    frame = answer.base.to_geopandas().rename(columns={"value": "before", "reason": "reason_before"})
    frame.insert(1, "after", answer.after.mean())
    frame.insert(2, "change", answer.change())
    return frame


def _check(path: Path, endings: tuple[str, ...]) -> None:
    problems = []
    if path.suffix not in endings:
        problems.append(
            Problem(str(path), f"cannot write a file ending in {path.suffix!r}", f"one of {', '.join(endings)}")
        )
    if not path.parent.is_dir():
        problems.append(Problem(str(path), f"there is no folder {path.parent}", "make it first"))
    if problems:
        raise InputError(*problems)
