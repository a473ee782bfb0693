"""Answers as files: a map to look at, or a table to go on with. Each but CSV carries its receipt and credits."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadslab.core.errors import InputError, Problem, raise_errors

if TYPE_CHECKING:
    from stadslab.brief.picture import Picture
    from stadslab.core.city import City
    from stadslab.core.compare import Comparison
    from stadslab.core.pointcounts import PointCounts
    from stadslab.core.receipt import Receipt
    from stadslab.core.values import Values

PICTURES = (".png",)
TABLES = (".parquet", ".geojson", ".gpkg", ".csv")
WITHOUT_OUTLINES = (".parquet", ".csv")
SYNTHETIC = "SYNTHETIC: a made-up city"
MARK = "stadslab"  # under this name a file holds its receipt


def check(picture: str | None, table: str | None) -> None:
    """Can these files be written? Asked before the work begins; raises `InputError` with all problems."""
    problems = _problems(picture, PICTURES) if picture else []
    raise_errors(problems + (_problems(table, TABLES) if table else []))


def draw(answer: Values | Comparison, city: City, path: Path) -> None:
    """Draw the answer as a PNG map at `path`; the file appears whole or not at all."""
    from stadslab.faces.notebook import show

    check(str(path), None)
    save_picture(show(answer, city), answer, path)


def save_picture(picture: Picture, answer: Values | Comparison, path: Path) -> None:
    """Write a picture of an answer at `path`, with what it shows, whom to credit and its receipt as texts in it."""
    from PIL import Image, PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    told = {"Description": picture.alt, "Copyright": credits_of(answer), MARK: receipt_text(answer)}
    for name, text in told.items():
        texts.add_itxt(name, text, zip=name == MARK)
    with _whole(path) as part, Image.open(io.BytesIO(picture.png)) as image:
        image.save(part, "PNG", pnginfo=texts, optimize=True)


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
            _mark_parquet(part, receipt_text(answer))
        elif ending == ".geojson":
            finite = frame.replace([float("inf"), float("-inf")], float("nan"))
            finite.reset_index().to_file(part, driver="GeoJSON")
            _mark_geojson(part, answer)
        else:
            about = {MARK: receipt_text(answer), "attribution": credits_of(answer)}
            frame.reset_index().to_file(part, driver="GPKG", layer=path.stem, dataset_metadata=about)


def receipt_text(answer: Values | Comparison | PointCounts) -> str:
    """What the answer was made of, as JSON text: one receipt, or those of `before` and `after`."""
    return json.dumps(_receipts(answer), sort_keys=True, ensure_ascii=False)


def credits_of(answer: Values | Comparison | PointCounts) -> str:
    """Whom to credit, each once, and whether anything is made up."""
    sources = [source for receipt in _each(answer) for source in receipt.sources]
    lines = dict.fromkeys(source["attribution"] for source in sources if source.get("attribution"))
    return " · ".join([*lines, *([SYNTHETIC] if is_made_up(answer) else [])])


def is_made_up(answer: Values | Comparison | PointCounts) -> bool:
    """Was anything that the answer read invented rather than surveyed?"""
    return any(source.get("synthetic") for receipt in _each(answer) for source in receipt.sources)


def _each(answer: Values | Comparison | PointCounts) -> list[Receipt]:
    from stadslab.core.compare import Comparison

    return [answer.base.receipt, answer.after.receipt] if isinstance(answer, Comparison) else [answer.receipt]


def _receipts(answer: Values | Comparison | PointCounts) -> dict[str, Any]:
    told = [receipt.to_json() for receipt in _each(answer)]
    return told[0] if len(told) == 1 else dict(zip(("before", "after"), told, strict=True))


def _mark_parquet(path: Path, text: str) -> None:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), MARK: text})
    pyarrow.parquet.write_table(table, path)


def _mark_geojson(path: Path, answer: Values | Comparison | PointCounts) -> None:
    """The receipt and credits as members of the collection, which readers that do not know them pass over."""
    head = '"type": "FeatureCollection",'
    about = {"attribution": credits_of(answer), MARK: _receipts(answer)}
    text = path.read_text("utf-8")
    assert head in text
    members = json.dumps(about, sort_keys=True, ensure_ascii=False)[1:-1]
    path.write_text(text.replace(head, f"{head}\n{members},", 1), "utf-8")


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
