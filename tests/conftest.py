"""What every test may ask for: real data, declared truths, a quiet plotting back end."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["pytester", "tests.truth_plugin"]

REPOSITORY = Path(__file__).resolve().parents[1]

# The same examples on every run, and no clock: a slow machine must not fail a property.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# Figures are drawn into files, never on a screen.
os.environ["MPLBACKEND"] = "Agg"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Pictures of the documentation are written again when that is asked for."""
    parser.addoption("--update-images", action="store_true", help="write the pictures of docs/images again")


def in_ci() -> bool:
    """Is this the run that decides? There, a test of real data or of the browser that skips has failed."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data: $STADSLAB_REAL_DATA, or shared/data beside the checkout.

    A test that asks for it is marked `real` by itself.
    """
    named = os.environ.get("STADSLAB_REAL_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"data absent: no real data at {folder}; set STADSLAB_REAL_DATA to the folder that holds it")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reads real data, so that `-m "not real"` means what it says."""
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a test of real data or of the browser that skips has failed: nobody would see that it proved nothing."""
    report = yield
    must_run = item.get_closest_marker("real") or item.get_closest_marker("chromium")
    if report.skipped and not hasattr(report, "wasxfail") and must_run and in_ci():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped, and in CI (CI={os.environ['CI']}) that is a failure. {reason}"
    return report
