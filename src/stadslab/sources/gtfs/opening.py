"""Timetables as they are published: a zip, a folder, or loose files of one; what is in them, as bytes."""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.source import Raw, RawFile
from stadslab.sources._tables import some

REQUIRED = ("stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
CALENDARS = ("calendar.txt", "calendar_dates.txt")
OPTIONAL = ("agency.txt", "feed_info.txt", "frequencies.txt", "transfers.txt", "pathways.txt")
KNOWN = frozenset((*REQUIRED, *CALENDARS, *OPTIONAL))
TELLING = frozenset((*REQUIRED, *CALENDARS))  # files that make something a timetable, if only part of one


@dataclass(frozen=True, slots=True)
class Feed:
    """One published timetable.

    name: part of every id, [a-z0-9-]. label: what a person calls it. files: name to bytes, the known ones only.
    inputs: (file name, sha256) pairs for the stamp.
    """

    name: str
    label: str
    files: dict[str, bytes]
    inputs: tuple[tuple[str, str], ...]

    def where(self, file: str) -> str:
        """The file as a complaint names it."""
        return f"{self.label}/{file}"


def open_feeds(raw: Raw, name: str = "") -> list[Feed]:
    """The timetables in these files: one for each zip and folder, one for all loose files of a folder.

    Raises `InputError` with every file that is no timetable, every required file that is missing, and for two
    timetables of one name.
    """
    problems: list[Problem] = []
    feeds: list[Feed] = []
    loose: dict[Path, list[RawFile]] = defaultdict(list)
    for file in raw.files:
        try:
            if file.path.is_dir():
                feeds.append(_of_folder(file))
            elif file.path.name.lower() in KNOWN or file.path.suffix.lower() == ".txt":
                loose[file.path.absolute().parent].append(file)
            else:
                feeds.append(_of_zip(file))
        except InputError as error:
            problems += error.problems
    for folder, members in loose.items():
        found = {m.path.name.lower(): m.path.read_bytes() for m in members if m.path.name.lower() in KNOWN}
        inputs = tuple((m.path.name, m.sha256) for m in members)
        feeds.append(Feed(feed_name(folder.name), folder.name or "files", found, inputs))
    if not raw.files:
        problems.append(Problem("gtfs", "no file was given", "name a zip, a folder or the files of one timetable"))
    for feed in feeds:
        problems += _incomplete(feed)
    if name and len(feeds) > 1:
        hint = "load them one at a time to name them, or leave feed= out"
        problems.append(Problem("gtfs, feed", f"one name {name!r} for {len(feeds)} timetables", hint))
    elif name and feeds:
        feeds = [Feed(feed_name(name), feeds[0].label, feeds[0].files, feeds[0].inputs)]
    for feed in feeds:
        same = [f.label for f in feeds if f.name == feed.name]
        if len(same) > 1 and same[0] == feed.label:
            hint = "give one of the files another name, or load them one at a time with feed="
            problems.append(Problem("gtfs", f"{' and '.join(same)} would both be called {feed.name!r}", hint))
    raise_errors(problems)
    return feeds


def feed_name(text: str) -> str:
    """A name fit for ids: lower case letters, digits and hyphens, without the endings of the file."""
    stem = re.sub(r"(\.zip|\.gtfs|[._-]gtfs)+$", "", text.strip().lower())
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "feed"


def looks_like_timetable(path: Path) -> bool:
    """Does this zip or folder hold files of a timetable?"""
    try:
        if path.is_dir():
            return len(TELLING & {p.name.lower() for p in path.iterdir()}) >= 2
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2].lower() for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return False
    return len(TELLING & names) >= 2


def _of_folder(file: RawFile) -> Feed:
    label = file.path.name or file.path.absolute().name
    members = sorted(p for p in file.path.iterdir() if p.is_file())
    found = {p.name.lower(): p.read_bytes() for p in members if p.name.lower() in KNOWN}
    if not TELLING & found.keys():
        raise InputError(_no_timetable(label, [p.name for p in members]))
    return Feed(feed_name(label), label, found, ((label, file.sha256),))


def _of_zip(file: RawFile) -> Feed:
    path = file.path
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX/")]
            members = _members(path.name, names)
            found = {name: archive.read(inside) for name, inside in members.items()}
    except zipfile.BadZipFile as error:
        raise InputError(Problem(path.name, *_no_zip(path, str(error)))) from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:  # RuntimeError: it wants a password
        hint = "fetch it again, or unpack it and name the folder"
        raise InputError(Problem(path.name, f"the zip cannot be read: {error}", hint)) from None
    except OSError as error:
        raise InputError(Problem(path.name, f"cannot be read: {error.strerror or error}", "check the file")) from None
    return Feed(feed_name(path.name), path.name, found, ((path.name, file.sha256),))


def _members(label: str, names: list[str]) -> dict[str, str]:
    """File name to name inside the zip. Many publishers zip the folder rather than the files."""
    by_folder: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        folder, _, file = name.rpartition("/")
        if file.lower() in KNOWN:
            by_folder[folder][file.lower()] = name
    feeds = {folder: files for folder, files in by_folder.items() if TELLING & files.keys()}
    if not feeds:
        raise InputError(_no_timetable(label, names))
    if "" in feeds:
        return feeds[""]
    if len(feeds) > 1:
        hint = "unpack it and load the folders one at a time"
        raise InputError(Problem(label, f"it holds {len(feeds)} timetables, in {some(sorted(feeds))}", hint))
    return next(iter(feeds.values()))


def _no_timetable(label: str, names: list[str]) -> Problem:
    inside = f"in it: {some(sorted(names), 8)}" if names else "it is empty"
    if any(name.lower().endswith(".zip") for name in names):
        return Problem(label, f"no timetable (GTFS); {inside}", "unpack it and load the zip files in it")
    return Problem(label, f"no timetable (GTFS); {inside}", f"a timetable has {', '.join(REQUIRED)} and a calendar")


def _no_zip(path: Path, why: str) -> tuple[str, str]:
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not path.stat().st_size:
        return "the file is empty (0 bytes)", "fetch it again"
    if head.startswith(b"PK"):
        return f"the zip is broken or cut off ({why})", "fetch it again"
    if head[:1] in b"<{":
        return (
            f"this is not a zip; it begins with {head[:40].decode('utf-8', 'replace')!r}",
            "did a server send an error?",
        )
    return "this is not a zip, whatever its name says", "a timetable (GTFS) is a zip or a folder of text files"


def _incomplete(feed: Feed) -> list[Problem]:
    there = some(sorted(feed.files), 12) or "none of the files of a timetable"
    missing = [
        Problem(feed.where(n), "this file is missing", f"there: {there}") for n in REQUIRED if n not in feed.files
    ]
    if not any(n in feed.files for n in CALENDARS):
        what = "calendar.txt and calendar_dates.txt are both missing, so no day has service"
        missing.append(Problem(feed.label, what, f"one of them is needed; there: {there}"))
    return missing
