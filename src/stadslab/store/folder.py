"""The lab's folder: where things lie, and how a file comes into being whole or not at all."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from stadslab._version import __version__
from stadslab.core.errors import InputError, NotFoundError, Problem, StoreError
from stadslab.store.disk import explained, flush_folder
from stadslab.store.jsonfile import read_json
from stadslab.store.locks import WAIT_S, WriterLock, try_lock

FORMAT = 1
_FOLDERS = ("objects", "cities", "cities/versions", "scenarios", "values", "receipts", "cache", "tmp")


class LabFolder:
    """A lab on disk: `objects/ cities/ scenarios/ values/ receipts/ cache/ tmp/` beside `lab.json`."""

    def __init__(self, path: Path) -> None:
        """Name the places; `open` is what checks and creates."""
        self.path = path
        self._lock = WriterLock(path / "lab.json.lock")

    def __reduce__(self) -> tuple[type[LabFolder], tuple[Path]]:
        """Travel to workers by path; a lock does not travel."""
        return LabFolder, (self.path,)

    @staticmethod
    def open(path: str | Path, create: bool = True) -> LabFolder:
        """Open the lab in this folder, clearing what ended writers left; an empty or absent folder becomes a lab.

        Raises `NotFoundError` where there is none and `create` is false, `InputError` for a file or a folder of
        other things, `StoreError` for a lab of a newer format or a damaged `lab.json`.
        """
        folder = LabFolder(Path(path).expanduser().absolute())
        if not folder.ref.exists():
            folder._check_free(create)
            folder._create()
        folder._check_format()
        folder._clear_parts()
        return folder

    @property
    def ref(self) -> Path:
        """The file that makes a folder a lab."""
        return self.path / "lab.json"

    @property
    def objects(self) -> Path:
        """Rows of layers, `<digest>.parquet`, immutable."""
        return self.path / "objects"

    @property
    def cities(self) -> Path:
        """Cities, `<name>.json`, each a movable reference to its versions."""
        return self.path / "cities"

    @property
    def versions(self) -> Path:
        """Versions of cities, `<digest>.json`, immutable."""
        return self.path / "cities" / "versions"

    @property
    def scenarios(self) -> Path:
        """Scenarios, `<city>/<name>.json`."""
        return self.path / "scenarios"

    @property
    def values(self) -> Path:
        """Answers computed before, `<key>.arrow`; may be deleted at any time."""
        return self.path / "values"

    @property
    def receipts(self) -> Path:
        """What every answer was made of, `<key>.json`; kept when answers are deleted."""
        return self.path / "receipts"

    @property
    def cache(self) -> Path:
        """Downloads; may be deleted at any time."""
        return self.path / "cache"

    @property
    def tmp(self) -> Path:
        """Files being written."""
        return self.path / "tmp"

    def writing(self, what: str, wait_s: float = WAIT_S) -> AbstractContextManager[None]:
        """Hold the lab for writing, so that read-change-save is one step. Re-entrant; raises `StoreError`."""
        return self._lock.held(what, wait_s)

    @contextmanager
    def atomic(self, target: Path, size: int = 0) -> Iterator[IO[bytes]]:
        """Write a file whole or not at all: the target changes when the body ends well, and is then on the disk.

        size: bytes needed, about, for the message of a full disk. Raises `StoreError`; leaves nothing behind.
        """
        with explained(target, size):
            target.parent.mkdir(parents=True, exist_ok=True)
            part, file = self._new_part()
            try:
                try:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                    if sys.platform != "win32":  # replaced while still locked: nobody takes it for a leftover
                        part.replace(target)
                finally:
                    file.close()
                if sys.platform == "win32":
                    part.replace(target)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            flush_folder(target.parent)

    def write_text(self, target: Path, text: str) -> None:
        """Write a small text file whole or not at all."""
        data = text.encode("utf-8")
        with self.atomic(target, len(data)) as file:
            file.write(data)

    def write_json(self, target: Path, value: Any) -> None:
        """Write a JSON file whole or not at all."""
        self.write_text(target, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def remove_if_unused(self) -> None:
        """Take a lab away in which nothing was ever kept: one made for a load that failed."""
        ours = {self.ref, self.path / "lab.json.lock"}
        if not any(p for p in self.path.rglob("*") if p not in ours and not p.is_dir()):
            with suppress(OSError):
                shutil.rmtree(self.path)

    def _new_part(self) -> tuple[Path, IO[bytes]]:
        self.tmp.mkdir(parents=True, exist_ok=True)
        for number in itertools.count():
            part = self.tmp / f"{os.getpid()}-{number}.part"
            try:
                file = part.open("xb")
            except FileExistsError:
                continue
            # A lab opened in this very moment may have cleared the part before it was locked: then take another.
            if try_lock(file) is not False and (sys.platform == "win32" or os.fstat(file.fileno()).st_nlink):
                return part, file
            file.close()
        raise AssertionError

    def _clear_parts(self) -> None:
        with suppress(OSError):  # a lab that may only be read stays as it is
            for part in self.tmp.glob("*.part"):
                _clear(part)

    def _check_free(self, create: bool) -> None:
        where = str(self.path)
        absent = Problem(where, "there is no lab here", "check the path, or load something to create it")
        if not create and not self.path.exists():
            raise NotFoundError(absent)
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise InputError(Problem(where, "is a file, not a lab's folder", "name a folder, such as my-city.lab"))
        try:
            # Hidden files are the system's; tmp/ and empty folders of ours are left by a creation that was cut short.
            names = {entry.name for entry in self.path.iterdir() if not _unfilled(entry)}
            other = sorted(name for name in names if not name.startswith("."))
        except OSError as error:
            raise StoreError(Problem(where, f"cannot be read: {error.strerror or error}")) from error
        if set(other) & {"objects", "cities"}:
            hint = f'if this was a lab, write {{"format": {FORMAT}}} into lab.json'
            raise StoreError(Problem(where, f"lab.json is missing beside {', '.join(other[:5])}", hint))
        if other:
            what = f"is not a lab and holds other things ({', '.join(other[:5])}{', ...' if len(other) > 5 else ''})"
            raise InputError(Problem(where, what, "name an empty or new folder, such as my-city.lab"))
        if not create:
            raise NotFoundError(absent)

    def _create(self) -> None:
        with explained(self.ref):
            for name in _FOLDERS:
                (self.path / name).mkdir(parents=True, exist_ok=True)
        self.write_json(self.ref, {"format": FORMAT, "software": f"stadslab {__version__}"})  # last: now it is a lab

    def _check_format(self) -> None:
        where, remedy = str(self.ref), f'a lab of this version says {{"format": {FORMAT}}}'
        value = read_json(self.ref, remedy)
        if not isinstance(value, dict):
            raise StoreError(Problem(where, "is not a JSON object", remedy))
        check_format(value.get("format"), where)


def check_format(found: Any, where: str) -> None:
    """Can this version read the format? Raises `StoreError` for a newer or unknown one."""
    if found == FORMAT and type(found) is int:
        return
    if type(found) is int and found > FORMAT:
        what = f"has format {found}; stadslab {__version__} reads format {FORMAT}"
        raise StoreError(Problem(where, what, "it was written by a newer stadslab: upgrade, or use another folder"))
    raise StoreError(Problem(where, f"format {found!r} is not known", f"stadslab {__version__} reads format {FORMAT}"))


def _unfilled(entry: Path) -> bool:
    if entry.name in {"tmp", "lab.json.lock"}:
        return True
    ours = entry.name in _FOLDERS and entry.is_dir()
    return ours and not any(p for p in entry.rglob("*") if not p.is_dir())


def _clear(part: Path) -> None:
    """Remove a part whose writer has ended: its lock can be taken (where there are no locks: its process is gone)."""
    if sys.platform == "win32":
        with suppress(OSError):  # an open file cannot be removed
            part.unlink()
        return
    with suppress(OSError), part.open("r+b") as file:
        got = try_lock(file)
        # Its writer may have moved it away since it was opened, and another may have taken the name since.
        same = os.path.samestat(os.fstat(file.fileno()), part.stat())
        if same and (got or (got is None and not _alive(part.name.partition("-")[0]))):
            part.unlink()


def _alive(pid: str) -> bool:
    if not pid.isdecimal() or sys.platform == "win32":
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
