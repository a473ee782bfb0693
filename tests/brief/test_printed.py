"""Printed figures and published rows tell the same, and nothing that may not be told."""

from __future__ import annotations

from stadslab.brief.printed import printed, published_rows
from stadslab.core.disclosure import SMALL_COUNT
from tests.brief import samples


def test_rows_hold_no_small_count_and_every_figure_is_text() -> None:
    comparison = samples.school_comparison()
    for row in published_rows(comparison):
        small = {k: v for k, v in row.items() if isinstance(v, int) and not isinstance(v, bool) and 0 < v < SMALL_COUNT}
        assert not small, row
    figures = printed(comparison)
    assert figures
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in figures.items())
