"""`stadslab warm`: compile everything now, so that no answer has to wait for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

EPILOG = "\b\nExample:\n  stadslab warm\n  NUMBA_CACHE_DIR=/var/cache/stadslab stadslab warm --quiet"


@click.command("warm", short_help="Compile everything now, so that no answer has to wait.", epilog=EPILOG)
@click.option("--quiet", is_flag=True, help="No progress, only the last line.")
def command(quiet: bool) -> None:
    """Run every search and every indicator once, on small invented cities.

    The loops of Stadslab are compiled when they first run, once on each machine and for each version of Stadslab; the
    first answer then waits for it. After this command none does. What was compiled before is only loaded. It may be
    stopped at any time (Ctrl-C): what is compiled by then stays.
    """
    for line in warm(progress=(lambda _: None) if quiet else lambda text: click.echo(text, err=True)):
        click.echo(line)


def warm(progress: Callable[[str], None]) -> Iterator[str]:
    """Run everything; tells `progress` of each step and yields what there is to say in the end."""
    began, before = time.perf_counter(), _tally()
    for name, step in _steps():
        progress(f"{name} ...")
        start, so_far = time.perf_counter(), _tally()
        failed = ""
        try:
            step()
        except Exception as why:
            failed = f", could not be run: {type(why).__name__}: {why}"
        compiled = _tally().compiled - so_far.compiled
        progress(f"{name}: {time.perf_counter() - start:.1f} s, {_number(compiled)} compiled{failed}")
    now, spent = _tally(), time.perf_counter() - began
    if not now.seen:
        yield "Nothing is compiled here: NUMBA_DISABLE_JIT is set, and every loop runs as plain Python."
        return
    compiled = now.compiled - before.compiled
    if compiled:
        yield f"{_number(compiled)} compiled in {spent:.1f} s."
    else:
        yield f"Nothing to compile; {_number(now.loaded - before.loaded)} loaded in {spent:.1f} s."
    for folder in now.folders:
        yield f"Kept in {folder}"
    if not now.folders:
        yield "Kept nowhere: no folder can be written, so each process compiles anew. Name one in NUMBA_CACHE_DIR."


def _steps() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What to run: each way the engine can go, and the known answers of each indicator there is."""
    from functools import partial

    from stadslab.build import rehearsal
    from stadslab.lab import catalog
    from stadslab.testing import contract_indicator

    yield from rehearsal.STEPS.items()
    for name in catalog.names("indicators"):
        yield name, partial(contract_indicator.gives_known_answers, catalog.indicator(name))


class _Tally(NamedTuple):
    """Kernels seen, compiled and loaded so far by this process, and where their code is kept."""

    seen: int
    compiled: int
    loaded: int
    folders: tuple[str, ...]


def _tally() -> _Tally:
    found = {
        id(thing): thing.stats
        for name, module in list(sys.modules.items())
        if name.startswith("stadslab.") and module is not None
        for thing in list(vars(module).values())
        if hasattr(thing, "py_func") and hasattr(thing, "stats")
    }.values()
    return _Tally(
        len(found),
        sum(sum(stats.cache_misses.values()) for stats in found),
        sum(sum(stats.cache_hits.values()) for stats in found),
        tuple(sorted({stats.cache_path for stats in found if stats.cache_path})),
    )


def _number(kernels: int) -> str:
    return f"{kernels} kernel" if kernels == 1 else f"{kernels} kernels"
