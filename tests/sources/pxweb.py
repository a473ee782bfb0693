"""A statistical database on the loopback: PxWeb, API version 1, with small hand-written tables, rude on demand.

The shapes are those of the real server: metadata as `title` and `variables` (code, text, values, valueTexts,
elimination, time), answers as JSON-stat 2 with codes placed by `index` and marks of withheld cells by `status`.
Numbers are made up: a cell is a plain function of its codes.
"""

from __future__ import annotations

import contextlib
import json
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

AGES = ("-4", *(f"{n}-{n + 4}" for n in range(5, 80, 5)), "80-", "totalt")
DESO = ("0114A0010", "0114C1010", "0180C1010")
REGSO = ("0114R001", "0180R001")
REGIONS = (
    "00",
    "01",
    "0114",
    "0180",
    "1480",
    *DESO,
    "1480A0010",
    *REGSO,
    *(f"{code}_DeSO2025" for code in (*DESO, "0180C1020", "1480A0010")),
    *(f"{code}_RegSO2025" for code in REGSO),
)
YEARS = ("2022", "2023", "2024")

Cell = Callable[[dict[str, str]], tuple[float | None, str]]


def people_of(codes: dict[str, str]) -> tuple[float | None, str]:
    """Ten people a band, thirteen bands and the total of all; one cell is withheld."""
    if codes["Alder"] == "totalt":
        return 10.0 * (len(AGES) - 1), ""
    return (None, "..") if codes["Region"].startswith("0114C1010") and codes["Alder"] == "80-" else (10.0, "")


def ones(codes: dict[str, str]) -> tuple[float | None, str]:
    """Five everywhere."""
    return 5.0, ""


def kronor(codes: dict[str, str]) -> tuple[float | None, str]:
    """A median with a decimal; withheld for one area."""
    return (None, "..") if codes["Region"].startswith("0180C1010") else (374.7, "")


@dataclass
class Statistics:
    """One table: its variables in order with their codes, and the number of each cell."""

    variables: dict[str, tuple[str, ...]]
    cell: Cell
    content: str = "Antal"


def tables() -> dict[str, Statistics]:
    """The tables the source knows, by path."""
    both = ("1", "2", "1+2")
    old = tuple(region for region in REGIONS if "_" not in region)
    new = tuple(region for region in REGIONS if "_" in region or region.isdigit())
    levels = ("21", "3+4", "5", "6", "US")
    return {
        "BE/BE0101/BE0101Y/FolkmDesoAldKon": Statistics(
            {"Region": REGIONS, "Alder": AGES, "Kon": both, "ContentsCode": ("000007Y7",), "Tid": YEARS}, people_of
        ),
        "HE/HE0110/HE0110I/Tab1InkDesoRegso": Statistics(
            {
                "Region": REGIONS,
                "InkomstTyp": ("SamForvInk", "NeInk"),
                "Kon": both,
                "ContentsCode": ("0000089T", "0000089U", "0000089O"),
                "Tid": YEARS,
            },
            kronor,
        ),
        "UF/UF0506/UF0506D/UtbSUNBefDesoRegso": Statistics(
            {"Region": old, "UtbildningsNiva": levels, "ContentsCode": ("000005MO",), "Tid": YEARS[:2]}, ones
        ),
        "UF/UF0506/UF0506D/UtbSUNBefDesoRegsoN": Statistics(
            {"Region": new, "UtbildningsNiva": levels, "ContentsCode": ("000007Z6",), "Tid": YEARS[2:]}, ones
        ),
        "HE/HE0111/HE0111YDeSo/HushallT33Deso": Statistics(
            {
                "Region": REGIONS,
                "Upplatelseform": ("HYRESRÄTT", "BOSTADSRÄTT", "ÄG/ANDEL", "ÖVRIGT", "TOTALT"),
                "ContentsCode": ("000007DQ",),
                "Tid": YEARS,
            },
            ones,
        ),
        "BE/BE0101/BE0101Y/FolkmDesoBakgrKon": Statistics(
            {
                "Region": REGIONS,
                "UtlBakgrund": ("1", "2", "SA"),
                "Kon": both,
                "ContentsCode": ("000007Y4",),
                "Tid": YEARS,
            },
            ones,
        ),
    }


def metadata(table: Statistics) -> dict[str, Any]:
    """What a GET tells."""
    described = []
    for name, codes in table.variables.items():
        one: dict[str, Any] = {"code": name, "text": name.lower(), "values": codes, "valueTexts": codes}
        described.append(one | ({"time": True} if name == "Tid" else {}))
    return {"title": f"{table.content} efter {', '.join(table.variables)}", "variables": described}


def answer(table: Statistics, wanted: dict[str, list[str]]) -> dict[str, Any]:
    """A cube in JSON-stat 2."""
    names = list(table.variables)
    cells = [table.cell(dict(zip(names, codes, strict=True))) for codes in product(*(wanted[n] for n in names))]
    dimension = {
        name: {
            "label": name.lower(),
            "category": {
                "index": {code: place for place, code in enumerate(wanted[name])},
                "label": {code: code for code in wanted[name]},
            },
            "extension": {"elimination": False, "show": "value"},
        }
        for name in names
    }
    status = {str(place): mark for place, (_, mark) in enumerate(cells) if mark}
    cube = {
        "version": "2.0",
        "class": "dataset",
        "label": f"{table.content} efter {', '.join(names)}",
        "source": "SCB",
        "updated": "2025-02-21T07:00:00Z",
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "id": names,
        "size": [len(wanted[name]) for name in names],
        "dimension": dimension,
        "value": [value for value, _ in cells],
        "extension": {"px": {"infofile": "BE0101", "decimals": 0, "language": "sv", "matrix": "000007Y7"}},
    }
    return cube | ({"status": status} if status else {})


@dataclass
class PxWeb:
    """The server's state: its tables, its limit, what was asked of it, and what to do instead of answering.

    instead: one entry a request, None to answer as usual, else (status, body, headers) or a function that spoils the
    answer's bytes.
    """

    tables: dict[str, Statistics] = field(default_factory=tables)
    limit: int = 150_000
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    instead: list[Any] = field(default_factory=list)
    url: str = ""

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        """The codes of every query so far."""
        return [
            {part["code"]: part["selection"]["values"] for part in query["query"]}
            for method, _, query in self.asked
            if method == "POST"
        ]

    def reply(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body, as the real server would give them."""
        query = json.loads(body) if method == "POST" else {}
        self.asked.append((method, path, query))
        table = self.tables.get(path.lstrip("/"))
        if table is None:
            return 404, b'{"error":"Requested object was not found"}'
        if method == "GET":
            return 200, json.dumps(metadata(table), ensure_ascii=False).encode()
        wanted = {part["code"]: part["selection"]["values"] for part in query["query"]}
        known = all(set(codes) <= set(table.variables.get(name, ())) for name, codes in wanted.items())
        if not known or set(wanted) != set(table.variables) or query["response"] != {"format": "json-stat2"}:
            return 400, b'{"error":"Parameter error"}'
        if math.prod(len(codes) for codes in wanted.values()) > self.limit:
            return 403, b'{"error":"Too many values selected"}'
        return 200, json.dumps(answer(table, wanted), ensure_ascii=False).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Loopback

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        self._serve("GET", b"")

    def do_POST(self) -> None:
        assert self.headers["content-type"] == "application/json"
        self._serve("POST", self.rfile.read(int(self.headers["content-length"])))

    def _serve(self, method: str, body: bytes) -> None:
        state = self.server.state
        status, answered = state.reply(method, self.path, body)
        headers: dict[str, str] = {}
        event = state.instead.pop(0) if state.instead else None
        if callable(event):
            answered = event(answered)
        elif event is not None:
            status, answered, headers = event
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(answered))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answered)


class _Loopback(ThreadingHTTPServer):
    daemon_threads = True
    state: PxWeb


@contextlib.contextmanager
def statistical_database() -> Iterator[PxWeb]:
    """The server, for as long as the block lasts."""
    http = _Loopback(("127.0.0.1", 0), _Handler)
    http.state = PxWeb()
    http.state.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield http.state
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
