"""Is this brief still what it was, and do its figures come out again? Figure by figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from stadslab.brief.language import Language
from stadslab.brief.printed import printed, printed_of_values, published_rows
from stadslab.brief.receipt_block import document_digest, read_receipt, split, values_digest
from stadslab.core import digest as digests
from stadslab.core.compare import Comparison
from stadslab.core.errors import StadslabError
from stadslab.core.receipt import Receipt
from stadslab.core.support import Population
from stadslab.core.values import Values

BLANKS = r"[ \t\r\n\f]+"  # what a page may fold; spaces inside numbers are none of them
# One measure of the receipt in; the comparison out, or values with their people when the brief has no plan.
Recompute = Callable[[dict[str, Any]], Comparison | tuple[Values, Population | None]]


@dataclass(frozen=True, slots=True)
class Verification:
    """How it ended: whether everything is equal, and a line for each thing looked at."""

    equal: bool
    lines: tuple[str, ...]

    def sentence(self) -> str:
        """The outcome in one line."""
        return "equal" if self.equal else "differs"


def verify(text: str, recompute: Recompute) -> Verification:
    """Recompute every measure of a brief and look for edits of what it shows.

    Compares the digests of all draws, every published count and every printed figure, and the document itself with the
    digest in its receipt. A receipt is no signature: who rewrites the page *and* all digests is found out by the
    recomputation only.
    Raises `InputError` when the text is not a brief that can be read.
    """
    receipt = read_receipt(text)
    lines = _document(text, receipt)
    for at, measure in enumerate(receipt["measures"], 1):
        name = f"measure {at}, {_name(measure)}"
        try:
            again = recompute(measure)
        except StadslabError as error:
            lines += [(False, f"{name}: cannot be recomputed: {problem}") for problem in error.problems]
            continue
        lines += [(good, f"{name}: {line}") for good, line in _measure(measure, again, receipt.get("language", "en"))]
    if not receipt["measures"]:
        lines.append((False, "the receipt names no measure, so there is nothing to recompute"))
    return Verification(
        all(good for good, _ in lines), tuple(f"{'equal' if good else 'differs'}: {line}" for good, line in lines)
    )


def _name(measure: dict[str, Any]) -> str:
    base = measure["base"]
    return str(base.get("indicator", "?")) if isinstance(base, dict) else "?"


def _document(text: str, receipt: dict[str, Any]) -> list[tuple[bool, str]]:
    """Was the page or its receipt edited after it was written, and where?"""
    lines = []
    plain, _ = split(text)
    rest = {key: value for key, value in receipt.items() if key != "digest"}
    if digests.of_json(rest) != receipt["digest"]:
        lines.append((False, "the receipt itself was edited after the brief was written"))
    page = _Page()
    page.feed(plain)
    page.close()
    shown = {
        f"{at}/{key}": value
        for at, measure in enumerate(receipt["measures"])
        for key, value in measure["printed"].items()
    }
    for key, value in page.figures:
        if key not in shown:
            lines.append((False, f"the page shows {value!r} as {_spoken(key)}, which is not in the receipt"))
        elif value != shown[key]:
            lines.append((False, f"the page shows {value!r} as {_spoken(key)}, the receipt says {shown[key]!r}"))
    seen = {key for key, _ in page.figures}
    lines += [
        (False, f"{_spoken(key)} is in the receipt ({shown[key]}) and no longer on the page")
        for key in page.expected(shown)
        if key not in seen
    ]
    for name, digest in receipt["pictures"].items():
        if page.pictures.get(name) != digest:
            lines.append((False, f"picture {name!r} {'was changed' if name in page.pictures else 'is gone'}"))
    lines += [(False, f"picture {name!r} was added") for name in page.pictures if name not in receipt["pictures"]]
    if document_digest(plain) != receipt["document"] and not lines:
        lines.append(
            (
                False,
                "the page was edited after it was written, outside its figures and pictures (words, layout or markup)",
            )
        )
    elif document_digest(plain) == receipt["document"] and not lines:
        lines.append(
            (True, f"the page is as it was written: {len(page.figures):,} figures and {len(page.pictures):,} pictures")
        )
    return lines


def _measure(
    measure: dict[str, Any], again: Comparison | tuple[Values, Population | None], language: Language
) -> list[tuple[bool, str]]:
    lines: list[tuple[bool, str]] = []
    if isinstance(again, Comparison):
        pairs = [("before", "base", again.base), ("after", "after", again.after)]
        groups, figures = published_rows(again), printed(again, language)
    else:
        values, people = again
        pairs = [("values", "base", values)]
        groups, figures = [], printed_of_values(values, people, language)
        if measure["after"] is not None:
            return [(False, "the receipt compares before and after, and only one measurement came back")]
    for word, key, values in pairs:
        if measure[key] is None:
            return [(False, "the receipt has one measurement, and a comparison came back")]
        same = values_digest(values) == measure[f"{key}_digest"]
        number, draws = values.draws.shape
        size = f"{number:,} units, {draws:,} {'draw' if draws == 1 else 'draws'}"
        lines.append(
            (
                same,
                f"{word}: {size}" if same else f"{word}: {size} come out otherwise{_why(measure[key], values.receipt)}",
            )
        )
    wrong = _groups(measure["groups"], groups)
    for key in dict.fromkeys([*measure["printed"], *figures]):
        told, found = measure["printed"].get(key, "nothing"), figures.get(key, "nothing")
        if told != found:
            wrong.append(f"{_spoken(key)}: printed {told!r}, recomputed {found!r}")
    lines += [(False, line) for line in wrong]
    if not wrong:
        lines.append((True, f"{len(figures):,} figures in tables and sentences"))
    return lines


def _groups(told: list[dict[str, Any]], again: list[dict[str, Any]]) -> list[str]:
    before = {(row.get("dimension"), row.get("group")): row for row in told}
    after = {(row["dimension"], row["group"]): row for row in again}
    wrong = []
    for key in dict.fromkeys([*before, *after]):
        name = "/".join(str(part) for part in key)
        if key not in before or key not in after:
            wrong.append(f"group {name} is only in the {'receipt' if key in before else 'recomputation'}")
            continue
        fields = dict.fromkeys([*before[key], *after[key]])
        wrong += [
            f"{name}, {field}: the receipt says {before[key].get(field)!r}, recomputed {after[key].get(field)!r}"
            for field in fields
            if before[key].get(field) != after[key].get(field)
        ]
    return wrong


def _why(told: dict[str, Any], now: Receipt) -> str:
    """Which inputs differ from those the receipt names."""
    inputs = told.get("inputs", {})
    reasons = [
        f"layer {layer} was {str(inputs.get(layer))[:8]} and is {str(now.inputs.get(layer))[:8]}"
        for layer in sorted(set(inputs) | set(now.inputs))
        if inputs.get(layer) != now.inputs.get(layer)
    ]
    fields = {
        "method": "method",
        "params": "parameters",
        "support_digest": "units",
        "seed": "seed",
        "software": "software",
    }
    plain = now.to_json()
    for key, word in fields.items():
        if digests.of_json(told.get(key)) != digests.of_json(plain[key]):
            reasons.append(f"{word}: {told.get(key)!r} then, {plain[key]!r} now")
    return f" ({'; '.join(reasons)})" if reasons else ""


def _spoken(key: str) -> str:
    """A figure's name on the page (`0/total/all/lose`) or in a measure (`total/all/lose`) as a reader would say it."""
    first, _, rest = key.partition("/")
    name = f"measure {int(first) + 1}, {rest}" if first.isdigit() else f"figure {key}"
    return name.replace("/", ", ").replace("_", " ")


class _Page(HTMLParser):
    """Figures (by their data-figure name) and pictures (digest of their bytes as text) of a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[tuple[str, str]] = []
        self.pictures: dict[str, str] = {}
        self._open: str | None = None
        self._text: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "img":
            name = named.get("id") or f"without a name {len(self.pictures) + 1}"
            self.pictures[name] = digests.of_bytes((named.get("src") or "").encode())
        if self._open is not None and tag not in ("img", "br"):
            self._depth += 1
        elif named.get("data-figure") is not None:
            self._open, self._text, self._depth = named["data-figure"], [], 0

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- the parser names it
        if self._open is None:
            return
        if self._depth:
            self._depth -= 1
            return
        text = " ".join(re.split(BLANKS, "".join(self._text).strip(" \t\r\n\f")))
        self.figures.append((self._open, text))
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    @staticmethod
    def expected(shown: dict[str, str]) -> list[str]:
        """The figures a page must show; others are data that a table may leave out."""
        return [key for key in shown if key.rsplit("/", 1)[-1] in ("lose", "gain") or "/answer/" in key]
