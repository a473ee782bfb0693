"""The village every edit is tried on."""

from __future__ import annotations

import pytest

from stadslab.core.city import City
from tests.edits.village import village


@pytest.fixture
def city() -> City:
    return village()
