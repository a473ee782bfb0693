"""`make bench`: measure, print Markdown, keep every figure in benchmarks/results/."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import machine

PARTS = {
    "load": "loading",
    "walk": "walking",
    "whatif": "whatif",
    "transit": "transit",
    "centrality": "centrality",
    "points": "points",
    "metropolis": "metropolis",
    "chain": "chain",
    "start": "starting",
    "web": "web",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for, in order."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part only; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="every contender so many times, in turn [3]")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="printed on the report [today]")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "results", help="folder for the figures")
    given = parser.parse_args(arguments)
    if given.rounds < 1:
        parser.error("--rounds: one or more")

    given.to.mkdir(parents=True, exist_ok=True)
    print(f"{given.date}. {machine()}. Medians of {given.rounds}; seconds are wall unless cpu is said.\n", flush=True)
    for part in given.only or PARTS:
        load = os.getloadavg()[0]
        sections = importlib.import_module(f"benchmarks.{PARTS[part]}").measure(given.rounds, _say)
        sections[-1].notes.append(f"load of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after")
        text = "\n".join(section.markdown() for section in sections)
        print(text, flush=True)
        kept = {"date": given.date, "machine": machine(), "rounds": given.rounds,
                "sections": {section.title: section.raw for section in sections}}  # fmt: skip
        (given.to / f"{part}.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        (given.to / f"{part}.md").write_text(text, encoding="utf-8")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
