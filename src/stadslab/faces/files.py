"""Answers as files: a map to look at, or a table to go on with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.errors import InputError, Problem, raise_errors

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.compare import Comparison
    from stadslab.core.pointcounts import PointCounts
    from stadslab.core.values import Values

PICTURES = (".png",)
TABLES = (".parquet", ".geojson", ".gpkg", ".csv")
WITHOUT_OUTLINES = (".parquet", ".csv")


def check(picture: str | None, table: str | None) -> None:
    """Can these files be written? Asked before the work begins; raises `InputError` with all problems."""
    problems = _problems(picture, PICTURES) if picture else []
    raise_errors(problems + (_problems(table, TABLES) if table else []))


def draw(answer: Values | Comparison, city: City, path: Path) -> None:
    """Draw the answer as a PNG map at `path`; the file appears whole or not at all."""
    from stadslab.faces.notebook import show

    check(str(path), None)
    picture = show(answer, city)
    with _whole(path) as part:
        picture.save(part)


def save(answer: Values | Comparison | PointCounts, path: Path) -> None:
    """Save one row a unit at `path`, as its ending says: GeoParquet, GeoJSON, GeoPackage or CSV.

    Counts by time have a row for each unit and bin, and go to Parquet or CSV without outlines.

    Out of reach is infinite where the format knows infinity (Parquet, GeoPackage, CSV as `inf`), and blank in GeoJSON;
    the column `reason` tells it from what is not known. The file appears whole or not at all.
    """
    from stadslab.core.pointcounts import PointCounts

    check(None, str(path))
    if isinstance(answer, PointCounts) and answer.by != "unit":
        _save_by_time(answer, path)
        return
    frame, ending = _frame(answer), path.suffix.lower()
    with _whole(path) as part:
        if ending == ".csv":
            frame.drop(columns="geometry").to_csv(part)
        elif ending == ".parquet":
            frame.to_parquet(part)
        elif ending == ".geojson":
            finite = frame.replace([float("inf"), float("-inf")], float("nan"))
            finite.reset_index().to_file(part, driver="GeoJSON")
        else:
            frame.reset_index().to_file(part, driver="GPKG", layer=path.stem)


def _save_by_time(counts: PointCounts, path: Path) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    ending = path.suffix.lower()
    if ending not in WITHOUT_OUTLINES:
        what = f"counts by {counts.by} have many rows a unit, and {ending} would draw every outline again for each"
        hint = f"save as one of {', '.join(WITHOUT_OUTLINES)}, or count without --by"
        raise InputError(Problem(str(path), what, hint))
    with _whole(path) as part:
        (pyarrow.csv.write_csv if ending == ".csv" else pyarrow.parquet.write_table)(counts.table(), part)


def _frame(answer: Values | Comparison | PointCounts) -> Any:
    from stadslab.core.compare import Comparison

    if not isinstance(answer, Comparison):
        return answer.to_geopandas()
    frame, after = answer.base.to_geopandas(), answer.after.to_geopandas()
    frame = frame.rename(columns={"value": "before", "reason": "reason_before"})
    if answer.base.uncertain:
        frame = frame.rename(columns={"low": "before_low", "high": "before_high"})
    frame.insert(1, "after", after["value"])
    frame.insert(2, "change", answer.change())
    frame.insert(frame.columns.get_loc("geometry"), "reason_after", after["reason"])
    return frame


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to, which takes its place when the body ends well."""
    from stadslab.store.disk import explained

    with explained(path), tempfile.TemporaryDirectory(prefix=".stadslab-", dir=path.parent) as folder:
        part = Path(folder) / f"part{path.suffix.lower()}"
        yield part
        part.replace(path)


def _problems(name: str, endings: tuple[str, ...]) -> list[Problem]:
    path, problems = Path(name), []
    if path.suffix.lower() not in endings:
        ending = f"a file ending in {path.suffix!r}" if path.suffix else "a file without an ending"
        problems.append(Problem(name, f"cannot write {ending}", f"one of {', '.join(endings)}"))
    if not path.parent.is_dir():
        problems.append(Problem(name, f"there is no folder {path.parent}", "make it first"))
    elif path.is_dir():
        problems.append(Problem(name, "this is a folder", "name a file in it"))
    return problems
