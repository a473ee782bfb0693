"""axe-core in the page: what keeps people from using it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")


@cache
def _script() -> str:
    assert AXE.is_file(), f"{AXE} is not there: `make web-check` installs it"
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Serious and critical faults, each with the rule, what it is about and where; empty when there is none."""
    page.evaluate(_script())
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
