"""Builds by name say what they read, and read nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stadslab.build.named import BUILDS
from stadslab.core.errors import NotFoundError
from stadslab.testing.gridcity import grid


def test_the_street_network_needs_streets_alone() -> None:
    build = BUILDS["streetgraph"]
    city = grid(3)
    alone = replace(city, layers={name: city[name] for name in build.reads})
    assert build.make(alone).n_nodes == 9
    with pytest.raises(NotFoundError, match="there is no layer 'streets'"):
        build.make(replace(city, layers={}))
