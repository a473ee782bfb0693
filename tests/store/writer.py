"""A process that writes into a lab and may be stopped: `python -m tests.store.writer LAB HOW ...`.

forever ROWS      save one generation of the city after the other; print each generation that is saved
step N ROWS       save generation 1, killed (SIGKILL) at its Nth act on the file system; exit 0 when it has fewer
limit BYTES ROWS  save generation 1 with files limited to BYTES; print the error
versions WHO N    save N versions of one city; each adds a layer of its own to what is there
hold              take the lock, say so, wait for a line, go
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stadslab.core.city import City
from stadslab.core.errors import StadslabError
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import list_cities, load_city, save_city
from stadslab.store.values import save_values
from tests.store import made

ACTS = {"open", "os.rename", "os.mkdir", "os.remove", "shutil.rmtree", "os.truncate"}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def save(folder: LabFolder, generation: int, rows: int) -> None:
    save_city(folder, made.city("town", generation, rows))
    save_values(folder, f"g{generation % 3}", made.answer())


def forever(path: str, rows: str) -> None:
    folder = LabFolder.open(path)
    generation = 0
    while True:
        generation += 1
        save(folder, generation, int(rows))
        say(str(generation))


def step(path: str, number: str, rows: str) -> None:
    made.city("town", 1, int(rows))  # imports everything before counting begins
    root, left = str(Path(path)), int(number)

    def act() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event in ACTS and args and isinstance(args[0], (str, Path)) and str(args[0]).startswith(root):
            act()

    plain_open = Path.open

    def torn_open(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = plain_open(self, mode, *args, **kwargs)
        return Torn(file, act) if set(mode) & {"w", "x"} and str(self).startswith(root) else file

    sys.addaudithook(watch)
    Path.open = torn_open  # type: ignore[method-assign, assignment]
    save(LabFolder.open(path), 1, int(rows))
    sys.stderr.write(f"{int(number) - left} acts\n")


class Torn:
    """A file whose every write reaches the disk in two halves, with an act in between: where a kill would tear it."""

    def __init__(self, file: Any, act: Callable[[], None]) -> None:
        self._file = file
        self._act = act

    def write(self, data: Any) -> int:
        data = bytes(data)
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            self._file.write(half)
            self._file.flush()
            self._act()
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def limit(path: str, size: str, rows: str) -> None:
    import resource

    folder = LabFolder.open(path)
    city = made.city("town", 1, int(rows))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))
    try:
        save_city(folder, city)
    except StadslabError as error:
        say(str(error))


def versions(path: str, who: str, count: str) -> None:
    folder = LabFolder.open(path)
    for number in range(int(count)):
        layer = made.places(10, int(number))
        named = type(layer)(f"{who}{number}", layer.schema, layer.handle, layer.digest, layer.stamp, layer.rows)
        with folder.writing(f"{who} adds a layer"):
            city = load_city(folder, "town") if "town" in list_cities(folder) else City("town", "EPSG:3006")
            save_city(folder, city.with_layer(named))
    say("done")


def hold(path: str) -> None:
    with LabFolder.open(path).writing("loading osm into Åre"):
        say("held")
        sys.stdin.readline()


if __name__ == "__main__":
    {f.__name__: f for f in (forever, step, limit, versions, hold)}[sys.argv[2]](sys.argv[1], *sys.argv[3:])
