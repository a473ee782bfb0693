"""The chain of the benchmark runs from files to brief."""

import pytest

from benchmarks import chain
from benchmarks.child import Clock


@pytest.mark.long
def test_from_files_to_brief(tmp_path):
    clock = Clock()
    made = chain.town(clock, str(tmp_path), 600)
    facts = chain.whole(clock, **made, again=False)
    assert list(clock.phases) == ["generate", "open", "load", "measure", "compare", "brief"]
    assert facts["people"] == 600
    assert facts["brief_bytes"] > 10_000
