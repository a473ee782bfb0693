"""From what is written in a cell to a number, a blank, or a withheld number; never from one of these to another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WITHHELD = frozenset({"..", "...", "…", "*", "**", "x", "c", ".", ":", "s", "(x)", "(c)", "suppressed", "withheld"})
BLANK = frozenset({"", "na", "n/a", "nan", "null", "none", "#n/a"})
DASHES = frozenset({"-", "–", "—"})
_BELOW = re.compile(r"^[<≤]\s*\d+$")
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?:\D|$))")  # 1 234 567
_PLAIN = re.compile(r"^[+-−]?\d*\.?\d+(?:[eE][+-]?\d+)?$|^[+-−]?\d+\.$")
_THOUSANDS = re.compile(r"^[+-−]?\d{1,3}(,\d{3})+$")
_POINTS = re.compile(r"^[+-−]?[1-9]\d{0,2}(\.\d{3})+$")  # 1.234: thousands where a comma is the decimal sign

Decimal = Literal["auto", ".", ","]
Dash = Literal["ask", "zero", "suppressed", "blank"]


@dataclass(slots=True, eq=False)
class Numbers:
    """A column of numbers: values float64[n] (NaN: blank or withheld), withheld bool[n], and cells that are neither.

    odd: (row, text) of cells that cannot be read. dashes: rows with a lone dash. commas: rows whose comma may be a
    decimal or a thousands sign. points: rows whose point, read as decimal, may be a thousands sign.
    """

    values: NDArray[np.float64]
    withheld: NDArray[np.bool_]
    odd: list[tuple[int, str]] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)
    commas: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many cells hold a number."""
        import numpy as np

        return int(np.isfinite(self.values).sum())


def numbers(array: Any, decimal: Decimal = "auto", dash: Dash = "ask") -> Numbers:
    """Read a column, typed or text."""
    import numpy as np
    import pyarrow as pa

    kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = array.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False).copy()
        endless = np.flatnonzero(np.isinf(values))
        return Numbers(values, np.zeros(len(values), bool), [(int(i), str(values[i])) for i in endless])
    cells = ["" if v is None else str(v).strip() for v in array.to_pylist()]
    result = Numbers(np.full(len(cells), np.nan), np.zeros(len(cells), bool))
    meaning = {text: _meaning(text) for text in set(cells)}
    comma = _comma([t for t in meaning if "," in t], decimal)
    for row, text in enumerate(cells):
        meant = meaning[text]
        if _POINTS.match(text):
            _with_points(result, row, text, meant, decimal)
        elif isinstance(meant, float):
            result.values[row] = meant
        elif meant == "withheld":
            result.withheld[row] = True
        elif meant == "dash":
            _dash(result, row, dash)
        elif meant == "comma":
            _with_comma(result, row, text, comma)
        elif meant == "odd":
            result.odd.append((row, text))
    return result


def _meaning(text: str) -> float | str:
    """A number, or one of: blank, withheld, dash, comma (a number with a comma), odd."""
    low = text.lower()
    if low in BLANK:
        return "blank"
    if low in WITHHELD or _BELOW.match(text):
        return "withheld"
    if text in DASHES:
        return "dash"
    tight = _SPACES.sub("", text).replace("−", "-")
    if _PLAIN.match(tight):
        return float(tight)
    if "," in tight and _PLAIN.match(tight.replace(",", "")):
        return "comma"
    return "odd"


def _comma(texts: list[str], decimal: Decimal) -> str:
    """What does a comma mean in this column: `decimal`, `thousands`, or `either`?"""
    if decimal != "auto":
        return "decimal" if decimal == "," else "thousands"
    tight = [_SPACES.sub("", t) for t in texts if isinstance(_meaning(t), str) and _meaning(t) == "comma"]
    if any(t.count(",") > 1 or ("." in t and t.rindex(".") > t.index(",")) for t in tight):
        return "thousands"
    if any(not _THOUSANDS.match(t) for t in tight):
        return "decimal"
    return "either"


def _with_comma(result: Numbers, row: int, text: str, comma: str) -> None:
    tight = _SPACES.sub("", text).replace("−", "-")
    if comma == "either":
        result.commas.append(row)
        return
    if comma == "decimal":
        tight = tight.replace(".", "").replace(",", ".") if tight.count(",") == 1 else ""
    elif re.match(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$", tight):
        tight = tight.replace(",", "")
    else:
        tight = ""
    if tight and _PLAIN.match(tight):
        result.values[row] = float(tight)
    else:
        result.odd.append((row, text))


def _with_points(result: Numbers, row: int, text: str, meant: float | str, decimal: Decimal) -> None:
    """`1.234` is read as a decimal unless a comma is known to be one; `1.234.567` can only be thousands."""
    if decimal == "," or (decimal == "auto" and text.count(".") > 1):
        result.values[row] = float(text.replace(".", "").replace("−", "-"))
    elif isinstance(meant, float):
        result.values[row] = meant
        if decimal == "auto":
            result.points.append(row)
    else:
        result.odd.append((row, text))


def _dash(result: Numbers, row: int, dash: Dash) -> None:
    if dash == "ask":
        result.dashes.append(row)
    elif dash == "zero":
        result.values[row] = 0.0
    elif dash == "suppressed":
        result.withheld[row] = True
