"""Tables from a PxWeb server (API version 1): its metadata first, then as many queries as its limits ask for.

A GET of a table's address tells its variables and their codes; a POST of a query with one list of codes for each
variable answers with that part of the table. The server bounds the cells of a query and the calls in ten seconds, so
regions are asked for in batches, one after the other, each kept in the cache under the digest of its query: a fetch
that broke off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.core.progress import Progress
from stadslab.core.source import Raw, RawFile
from stadslab.sources._download import FetchError, Manners, Sleep, Wish, download
from stadslab.sources._tables import some
from stadslab.sources.scb.cube import SUFFIX, cube_from
from stadslab.sources.scb.regions import Level, chosen, edition_for
from stadslab.sources.scb.tables import CURRENT, NAMES, SUBJECTS, Subject

PAUSE_S = 1.1  # between two calls: nine in ten seconds; the office allows thirty now, and ten before
MEANT = (
    (400, "the table or its codes may have changed; look it up in the statistical database"),
    (403, "the query may ask for more cells than the server gives: say a lower cells="),
    (404, "the table may have moved; look it up in the statistical database"),
    (500, "the server failed; try again later, what came so far is kept"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to fetch: the parameters of `stadslab.sources.scb.fetch`."""

    level: Level
    year: int
    region: str
    tables: tuple[str, ...]
    api: str
    cells: int
    sha256: str
    again: bool


def fetched(cache: Path, asked: Asked, *, progress: Progress, sleep: Sleep, manners: Manners | None = None) -> Raw:
    """Fetch the tables asked for. See `stadslab.sources.scb.fetch`."""
    _check(asked)
    client = _Client(cache, progress, sleep, manners, asked.again)
    files: list[RawFile] = []
    for name in asked.tables:
        files += _table(client, SUBJECTS[name], asked)
    together = digest_of(files)
    if asked.sha256 and asked.sha256.lower() != together:
        what = f"the answers together have sha256 {together}, wanted was {asked.sha256.lower()}"
        raise FetchError(Problem(asked.api, what, "the tables have changed; look how, then pin the new digest"))
    return Raw(tuple(files))


def digest_of(files: list[RawFile]) -> str:
    """One digest for all answers, whatever their order."""
    return hashlib.sha256("\n".join(sorted(file.sha256 for file in files)).encode()).hexdigest()


def _check(asked: Asked) -> None:
    problems = []
    unknown = [name for name in asked.tables if name not in SUBJECTS]
    if unknown or not asked.tables:
        what = f"no table is called {some(repr(n) for n in unknown)}" if unknown else "no table is named"
        problems.append(Problem("scb fetch, tables", what, f"one or more of {', '.join(NAMES)}"))
    if not re.fullmatch(r"\d{2}(\d{2})?", asked.region):
        hint = "two digits for a county (01 is Stockholm), four for a municipality (0180)"
        problems.append(Problem("scb fetch, region", f"{asked.region!r} is no code of a county or municipality", hint))
    raise_errors(problems)


class _Client:
    """One server, asked politely."""

    def __init__(self, cache: Path, progress: Progress, sleep: Sleep, manners: Manners | None, again: bool) -> None:
        self.cache = cache
        self.progress = progress
        self.sleep = sleep
        self.manners = manners
        self.again = again
        self.called = False

    def get(self, wish: Wish, check: Any, again: bool = False) -> RawFile:
        """The answer to this wish, after a pause when the server was asked just before."""
        call = again or self.again or not (self.cache / wish.name).is_file()
        if call and self.called:
            self.sleep(PAUSE_S)
        self.called = self.called or call
        return download(
            wish,
            self.cache,
            sleep=self.sleep,
            progress=self.progress,
            check=check,
            again=again or self.again,
            manners=self.manners,
        )


def _table(client: _Client, subject: Subject, asked: Asked) -> list[RawFile]:
    url = f"{asked.api.rstrip('/')}/{subject.path(asked.year)}"
    variables = _variables(client, url)
    if str(asked.year) not in variables.get("Tid", []):
        variables = _variables(client, url, again=True)  # a year may have been added since it was kept
    selection = _selection(url, subject, asked, variables)
    regions = selection.pop("Region")
    each = math.prod(len(codes) for codes in selection.values())
    size = asked.cells // each
    if not size:
        what = f"one region has {each:,} cells, more than a query may have ({asked.cells:,})"
        raise InputError(Problem("scb fetch, cells", what, "say more cells"))
    files = []
    for start in range(0, len(regions), size):
        client.progress(f"fetching {subject.name}", start, len(regions))
        wanted = {"Region": regions[start : start + size], **selection}
        files.append(_part(client, url, f"scb-{subject.name}-{asked.level}-{asked.year}-{asked.region}", wanted))
    client.progress(f"fetching {subject.name}", len(regions), len(regions))
    return files


def _variables(client: _Client, url: str, again: bool = False) -> dict[str, list[str]]:
    """Codes of each variable of a table, as the server tells them."""
    wish = Wish(url, f"scb-variables-{Wish(url, '').digest}.json", meant=MEANT)
    try:
        got = client.get(wish, _whole_metadata, again)
    except NotFoundError as error:
        raise NotFoundError(
            *(Problem(p.where, "the server has no such table", p.hint) for p in error.problems)
        ) from None
    value = json.loads(got.path.read_text(encoding="utf-8-sig"))
    return {str(v["code"]): [str(code) for code in v["values"]] for v in value["variables"]}


def _whole_metadata(path: Path) -> None:
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
        whole = all(isinstance(v["code"], str) and isinstance(v["values"], list) for v in value["variables"])
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        what = "the server did not tell the variables of the table"
        raise FetchError(Problem("scb fetch", what, "is api= the address of a PxWeb server, version 1?"))


def _selection(url: str, subject: Subject, asked: Asked, variables: dict[str, list[str]]) -> dict[str, list[str]]:
    """The codes to ask for, variable by variable; raises `InputError` where the table lacks them."""
    found = chosen(variables.get("Region", []), asked.level, asked.region)
    edition = edition_for(asked.level, asked.year, CURRENT)
    problems = []
    if edition not in found:
        have = ", ".join(f"{len(codes):,} of {name}" for name, codes in found.items()) or f"no {asked.level} at all"
        what = f"it has no areas of {edition} in {asked.region}; it has {have}"
        problems.append(Problem(url, what, "another year=, level= or region="))
    contents = [code for code in subject.contents if code in variables.get("ContentsCode", [])][:1]
    only = variables.get("ContentsCode", [])
    if not contents and len(only) == 1 and subject.variable != "ContentsCode":
        contents = only  # a new edition of the table renames its only content
    wanted = {"ContentsCode": contents, "Tid": [str(asked.year)]}
    wanted |= {name: [code] for name, code in subject.fixed.items() if name in variables}
    wanted[subject.variable] = contents if subject.variable == "ContentsCode" else list(subject.meanings)
    for name, codes in wanted.items():
        known = variables.get(name, [])
        missing = [code for code in codes if code not in known]
        if missing or not codes:
            lacks = some(missing or list(subject.contents))
            what = f"variable {name} has no code {lacks}; it has {some(known[-8:], 8) or 'none'}"
            hint = "another year=" if name == "Tid" else "the table has changed: see sources/scb/tables.py"
            problems.append(Problem(url, what, hint))
    other = [name for name in variables if name not in wanted and name != "Region"]
    if other:
        what = f"it has variables that were not there before: {', '.join(other)}"
        problems.append(Problem(url, what, "the table has changed: see sources/scb/tables.py"))
    raise_errors(problems)
    order = [name for name in variables if name in wanted or name == "Region"]
    return {name: found[edition] if name == "Region" else wanted[name] for name in order}


def _part(client: _Client, url: str, stem: str, wanted: dict[str, list[str]]) -> RawFile:
    """One query; its answer is refused unless every cell asked for is there."""
    query = {
        "query": [{"code": n, "selection": {"filter": "item", "values": codes}} for n, codes in wanted.items()],
        "response": {"format": "json-stat2"},
    }
    data = json.dumps(query, ensure_ascii=False)
    wish = Wish(url, f"{stem}-{Wish(url, '', data).digest}{SUFFIX}", data, json=True, meant=MEANT)

    def whole(path: Path) -> None:
        try:
            cube = cube_from(path.read_text(encoding="utf-8-sig", errors="replace"), url)
        except InputError as error:
            raise FetchError(*error.problems) from None
        problems = []
        for name, codes in wanted.items():
            have = set(cube.codes.get(name, []))
            missing = [code for code in codes if code not in have]
            if missing:
                what = f"half a table: {len(missing):,} of {len(codes):,} codes of {name} are missing ({some(missing)})"
                problems.append(Problem(url, what, "ask again later; nothing of it was kept"))
        raise_errors(problems, FetchError)

    return client.get(wish, whole)
