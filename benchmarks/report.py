"""Rounds, medians and Markdown tables."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.child import Outcome

Contenders = Mapping[str, Callable[[], Outcome]]
PACKAGES = ("numpy", "numba", "scipy", "pyarrow", "shapely", "osmium", "pyogrio", "pandana", "cityseer", "networkx")


@dataclass
class Section:
    """One table, what its columns are, and sentences under it."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def markdown(self) -> str:
        """The section as Markdown."""
        lines = [f"## {self.title}", ""]
        if self.rows:
            lines += [_row(self.head), "|---|" + "---:|" * (len(self.head) - 1), *(_row(r) for r in self.rows), ""]
        lines += [f"- {note}" for note in self.notes]
        return "\n".join(lines).rstrip() + "\n"


def in_turn(contenders: Contenders, rounds: int, say: Callable[[str], None]) -> dict[str, list[Outcome]]:
    """Every contender once a round, so that a busy minute hits them all; one that cannot run is asked once."""
    seen: dict[str, list[Outcome]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, work in contenders.items():
            if seen[name] and seen[name][0].skipped:
                continue
            say(f"round {number + 1} of {rounds}: {name}")
            seen[name].append(work())
    return seen


def under(title: str, say: Callable[[str], None]) -> Callable[[str], None]:
    """Say it with what it is about in front."""
    return lambda text: say(f"{title}, {text}")


def median(outcomes: Sequence[Outcome]) -> Outcome:
    """The median of each figure by itself; facts are those of the first round."""
    if outcomes[0].skipped:
        return outcomes[0]
    of = statistics.median
    phases = {
        name: (of(o.phases[name][0] for o in outcomes), of(o.phases[name][1] for o in outcomes))
        for name in outcomes[0].phases
    }
    return Outcome(
        of(o.wall for o in outcomes), of(o.cpu for o in outcomes), of(o.peak_mb for o in outcomes), phases,
        outcomes[0].facts,
    )  # fmt: skip


def plain(seen: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    """Every single figure, for the JSON file."""
    return {name: [asdict(o) for o in outcomes] for name, outcomes in seen.items()}


def seconds(value: float) -> str:
    """Seconds with three figures that mean something."""
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def ratio(ours: float, peer: float) -> str:
    """Ours divided by the peer's: under 1, we need less."""
    if not peer:
        return "-"
    return f"{ours / peer:.2f}" if ours >= peer / 10 else f"{ours / peer:.1g}"


def times(ours: float, peer: float) -> str:
    """How many times as much the peer needs."""
    if not ours:
        return "-"
    return f"{peer / ours:.1f}x" if peer < 100 * ours else f"{peer / ours:,.0f}x"


def machine() -> str:
    """The machine and the versions, in words."""
    return (
        f"{cpu_name()}, {os.cpu_count()} cores in reach, {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    )


def cpu_name() -> str:
    """What the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
