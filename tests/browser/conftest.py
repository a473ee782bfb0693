"""The map in a browser: the machine's Chromium, a served demonstration city, a served Porto Alegre, no way outside.

Every test here is `long` and `chromium`. A window that asks for anything outside the machine, or whose console
complains of something the test does not expect, fails its test when it closes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium
from tests.browser.outside import Outside, watching_outside
from tests.browser.served import Served
from tests.browser.visit import Visit

PEOPLE = 8000
DESK = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en-GB",
    "color_scheme": "light",
    "reduced_motion": "reduce",
    "accept_downloads": True,
}

HERE = Path(__file__).parent
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser; a file of tests stays with one worker, which loads and serves each city once."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "playwright" in names and item.path.is_relative_to(HERE):
            item.add_marker("long")
            item.add_marker("chromium")
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how the test itself went, so that a window can be photographed before it closes."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """Where everything ends that the browser asks of other machines."""
    with watching_outside() as found:
        yield found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not chromium.find():
        pytest.skip(chromium.ABSENT)
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium that draws, in software."""
    with _launched(playwright, chromium.DRAWING) as found:
        yield found


@pytest.fixture(scope="session")
def browser_without_webgl(playwright: Playwright) -> Iterator[Browser]:
    """Chromium that cannot draw a live map."""
    with _launched(playwright, chromium.NOT_DRAWING) as found:
        yield found


def _launched(playwright: Playwright, flags: tuple[str, ...]) -> Browser:
    return playwright.chromium.launch(executable_path=chromium.find(), args=[*chromium.QUIET, *flags])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration city, as `stadslab demo` makes it, and its plans; served."""
    from stadslab.core.progress import silent
    from stadslab.faces.demo import demonstrate

    folder = tmp_path_factory.mktemp("demo")
    for _ in demonstrate(folder, people=PEOPLE, seed=1, draws=5, progress=silent):
        pass
    served = Served(folder / "demo.lab", folder / "server.log")
    yield served
    served.close()


@pytest.fixture(scope="session")
def porto_alegre(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Porto Alegre from real data: streets, schools, clinics and people; served."""
    from tests.real import porto_alegre as city

    folder = tmp_path_factory.mktemp("porto-alegre")
    city.load(real_data, folder / "poa.lab")
    served = Served(folder / "poa.lab", folder / "server.log")
    yield served
    served.close()


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(request: pytest.FixtureRequest, browser: Browser, outside: Outside, tmp_path: Path) -> Iterator[Visiting]:
    """Open a window on a server: `visiting(demo)`; looked at for trouble when the test ends."""
    visits: list[Visit] = []
    before = len(outside.asked)

    def visit(served: Served, fragment: str = "", *, by: Browser | None = None, **context: Any) -> Visit:
        settings: dict[str, Any] = {**DESK, "proxy": outside.proxy(), **context}
        made = Visit((by or browser).new_context(**settings), served.address)
        visits.append(made)
        made.page.goto(served.address + fragment)
        return made

    yield visit
    if request.node.stash.get(_FAILED, True):
        seen = [str(p) for number, made in enumerate(visits) for p in made.pictures(tmp_path / f"visit-{number}")]
        request.node.add_report_section("teardown", "pictures of what was seen", "\n".join(seen))
    for made in visits:
        made.context.close()
    for made in visits:
        made.check()
    assert outside.asked[before:] == [], "a page asked for what is not on this machine"
