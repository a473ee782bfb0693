"""What it costs to be there at all: importing the package, asking for help."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.child import spent
from benchmarks.report import Section, ratio, seconds

TIMES = 5
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "import stadslab": ("-c", "import stadslab"),
    "stadslab --help": ("-m", "stadslab", "--help"),
    "import numpy, for comparison": ("-c", "import numpy"),
}


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:  # noqa: ARG001 - cheap enough for five always
    """Median of five, after one that is not counted (it writes the bytecode)."""
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        for number in range(TIMES + 1):
            for name, arguments in COMMANDS.items():
                wall, cpu, peak_mb, status = spent([sys.executable, *arguments], None, log)
                if status:
                    raise RuntimeError(f"{name} ended with status {status}: {log.read_text()}")
                if number:
                    taken[name].append((wall, cpu, peak_mb))
    say(f"{TIMES} starts of each")
    section = Section(
        "start: before anything is asked", ("command", "wall s", "cpu s", "peak MB", "cpu / python -c pass")
    )
    section.raw = dict(taken)
    bare = statistics.median(cpu for _, cpu, _ in taken["python -c pass"])
    for name, rows in taken.items():
        wall, cpu, peak_mb = (statistics.median(column) for column in zip(*rows, strict=True))
        section.rows.append((name, seconds(wall), seconds(cpu), f"{peak_mb:.0f}", ratio(cpu, bare)))
    return [section]
