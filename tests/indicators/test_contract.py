"""Every indicator keeps the public contract."""

from __future__ import annotations

import pytest

from stadslab.lab import catalog
from stadslab.testing import contract_indicator


@pytest.mark.parametrize("name", catalog.names("indicators"))
@pytest.mark.parametrize("check", contract_indicator.CHECKS, ids=lambda c: c.__name__)
def test_indicator(name: str, check: object) -> None:
    """Each promise by itself, so that a broken one is named."""
    assert callable(check)
    check(catalog.indicator(name))
