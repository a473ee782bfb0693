"""Run one piece of work in a process of its own and bring back its time, memory and answer."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MB_PER_MAXRSS = 1 / 2**20 if sys.platform == "darwin" else 1 / 2**10


class SkippedError(Exception):
    """This cannot be measured here; the message says why."""


@dataclass
class Clock:
    """Wall and processor seconds (all threads) of named phases."""

    phases: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Generator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.phases[name] = (time.perf_counter() - wall, time.process_time() - cpu)


@dataclass(frozen=True)
class Outcome:
    """What one process took: wall and processor seconds and peak MB, start to end, and of its phases."""

    wall: float
    cpu: float
    peak_mb: float
    phases: Mapping[str, tuple[float, float]]
    facts: Mapping[str, Any]
    skipped: str = ""


def run(work: str, environment: Mapping[str, str] | None = None, **arguments: Any) -> Outcome:
    """Call `work` ("walking.ours") as `function(clock, **arguments)` in a fresh process; it returns a dict of facts."""
    with tempfile.TemporaryDirectory() as folder:
        result, log = Path(folder) / "result.json", Path(folder) / "log"
        command = [sys.executable, "-m", "benchmarks.child", work, json.dumps(arguments), str(result)]
        wall, cpu, peak_mb, status = spent(command, environment, log)
        if status or not result.is_file():
            raise RuntimeError(f"{work} ended with status {status}:\n{log.read_text(errors='replace')[-4000:]}")
        said = json.loads(result.read_text())
    return Outcome(wall, cpu, peak_mb, said["phases"], said["facts"], said["skipped"])


def spent(command: list[str], environment: Mapping[str, str] | None, log: Path) -> tuple[float, float, float, int]:
    """Wall seconds, processor seconds, peak MB and exit status of a command."""
    start = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=out, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MB_PER_MAXRSS, process.returncode


def main(work: str, arguments: str, result: str) -> None:
    """Inside the child: do the work, write what it says."""
    module, _, function = work.rpartition(".")
    clock, facts, skipped = Clock(), {}, ""
    try:
        facts = getattr(importlib.import_module(f"benchmarks.{module}"), function)(clock, **json.loads(arguments))
    except Exception as why:
        # Run as a script this file is another module than the one the work imported, so classes are told by name.
        if type(why).__name__ != SkippedError.__name__:
            raise
        skipped = str(why)
    Path(result).write_text(json.dumps({"phases": clock.phases, "facts": facts, "skipped": skipped}))


if __name__ == "__main__":
    main(*sys.argv[1:])
