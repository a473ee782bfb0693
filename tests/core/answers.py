"""Answers and people made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from stadslab.core.receipt import Receipt
from stadslab.core.support import Population, Support
from stadslab.core.values import Values

NAN, INF = float("nan"), float("inf")


def support(n: int, kind: str = "made") -> Support:
    corner = np.arange(n) * 0.001
    boxes = shapely.to_wkb(shapely.box(corner, 0.0, corner + 0.001, 0.001))
    points = np.column_stack([corner + 0.0005, np.full(n, 0.0005)])
    return Support(kind, tuple(f"u{i:03d}" for i in range(n)), pa.array(list(boxes), pa.binary()), points)


def receipt(**changes: Any) -> Receipt:
    plain: dict[str, Any] = {
        "city": "made", "crs": "EPSG:32633", "indicator": "walk_access", "method": 1, "params": {"minutes": 15.0},
        "support": "made", "support_digest": "s", "inputs": {"streets": "a", "places": "b"}, "seed": 1,
    }  # fmt: skip
    return Receipt(**{**plain, **changes})


def values(numbers: Sequence[Any], direction: str = "benefit", **changes: Any) -> Values:
    """One row a unit; several numbers in a row are draws."""
    draws = np.array([row if isinstance(row, Sequence) else [row] for row in numbers], np.float64)
    fields: dict[str, Any] = {
        "indicator": "walk_access", "question": "How many?", "unit": "places", "direction": direction,
        "support": support(len(draws)), "draws": draws, "reason": np.zeros(len(draws), np.int8), "receipt": receipt(),
    }  # fmt: skip
    return Values(**{**fields, **changes})


def people(
    of: Support, suppressed: Mapping[tuple[str, str], Sequence[bool]] | None = None, **groups: Sequence[int]
) -> Population:
    """`age_old=[...]` is group old of dimension age; `total=[...]` is everybody."""
    counts = {}
    for name, numbers in groups.items():
        dimension, _, group = name.partition("_")
        counts[dimension, group or "all"] = np.array(numbers, np.int64)
    held = {key: np.array(flags, bool) for key, flags in (suppressed or {}).items()}
    return Population(of.digest, counts, held, {}, "by hand")
