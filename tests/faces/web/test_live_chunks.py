"""Numbers on their way to the page."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stadslab.core.values import Measured
from stadslab.faces.web.live_chunks import LiveChunk, changed, line


class Base:
    """As much of values as is read."""

    def __init__(self, direction: str, *before: float) -> None:
        self.direction, self.draws = direction, np.array(before)[:, None]


UNITS = np.array([0, 2, 3, 4, 5], np.int32)


@pytest.mark.parametrize(("direction", "sign"), [("benefit", 1), ("cost", -1)])
def test_what_there_is_no_number_for_is_null_and_out_of_reach_is_told_apart(direction: str, sign: int):
    inf, nan = np.inf, np.nan
    base = Base(direction, 1.5, 9.0, 2.0, inf, inf, nan)
    after = Measured(np.array([2.5, inf, inf, 3.0, 4.0]), np.array([0, 3, 3, 0, 0], np.int8))
    told = changed(base, after, UNITS)  # type: ignore[arg-type]
    assert told == {
        "units": [0, 2, 3, 4, 5],
        "before": [1.5, 2.0, None, None, None],
        "after": [2.5, None, None, 3.0, 4.0],
        "unreachable": [2, 3],
        "was_unreachable": [3, 4],
        "reason": [0, 3, 3, 0, 0],
        "better": [sign, sign, 0, -sign, 0],
    }
    text = line("exact", 3, **told, warnings=[], milliseconds=1.0)
    assert text.endswith(b"\n")
    LiveChunk.model_validate(json.loads(text))


def test_no_line_ever_has_a_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="not JSON compliant"):
        line("exact", 1, after=[float("inf")])
