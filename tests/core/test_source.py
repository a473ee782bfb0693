"""A source's parameters are read off its functions, and it travels by name."""

from __future__ import annotations

import pickle
from pathlib import Path

from stadslab.core.progress import silent
from stadslab.core.source import Box, Raw, RawFile
from stadslab.lab import catalog


def test_parameters_are_those_of_read_and_fetch_without_progress() -> None:
    osm = catalog.source("osm")
    assert {"box", "layers"} <= {p.name for p in osm.params}
    assert {"place", "region"} <= {p.name for p in osm.fetch_params}
    assert "progress" not in {p.name for p in (*osm.params, *osm.fetch_params)}
    assert catalog.source("areas").about is not None


def test_every_source_pickles_to_itself() -> None:
    for source in catalog.sources().values():
        assert pickle.loads(pickle.dumps(source)) is source


def test_inputs_of_a_load_are_names_and_digests() -> None:
    raw = Raw((RawFile(Path("somewhere/a.csv"), "1" * 64), RawFile(Path("b.csv"), "2" * 64, "fetched")))
    assert raw.inputs == (("a.csv", "1" * 64), ("b.csv", "2" * 64))
    assert Box(1, 2, 3, 4) == Box(1, 2, 3, 4)


def test_nobody_watching_is_fine() -> None:
    silent("reading", 1, 2)
