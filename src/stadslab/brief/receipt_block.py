"""The receipt inside a brief: what each figure was made of, as JSON that a machine can read back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from stadslab.brief.language import LANGUAGES, Language
from stadslab.brief.printed import printed, printed_of_values, published_rows
from stadslab.core import digest as digests
from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError, Problem
from stadslab.core.scenario import Scenario
from stadslab.core.support import Population
from stadslab.core.values import Values

FORMAT = 1
OPENING = '<script type="application/json" id="stadslab-receipt">'
CLOSING = "</script>"
KEYS = ("format", "city", "scenario", "measures", "pictures", "document", "digest")


def values_digest(values: Values) -> str:
    """What the draws and reasons say; not-a-number and minus zero count as one value each."""
    draws = np.where(np.isnan(values.draws), np.nan, values.draws + 0.0).astype("<f8")
    return digests.of_bytes(str(draws.shape).encode(), draws.tobytes(), values.reason.astype("<i1").tobytes())


def measure_of(comparison: Comparison, language: Language = "en") -> dict[str, Any]:
    """One comparison as data."""
    return {
        "base": comparison.base.receipt.to_json(),
        "after": comparison.after.receipt.to_json(),
        "base_digest": values_digest(comparison.base),
        "after_digest": values_digest(comparison.after),
        "groups": published_rows(comparison),
        "printed": printed(comparison, language),
    }


def measure_of_values(values: Values, people: Population | None, language: Language = "en") -> dict[str, Any]:
    """One single measurement as data."""
    head = {"base": values.receipt.to_json(), "after": None, "base_digest": values_digest(values), "after_digest": None}
    return {**head, "groups": [], "printed": printed_of_values(values, people, language)}


def receipt_of(
    city: str,
    scenario: Scenario | None,
    measures: Sequence[dict[str, Any]],
    pictures: dict[str, str],
    language: Language = "en",
) -> dict[str, Any]:
    """The receipt of a whole brief, without the digests that seal it. It names the language unless it is English."""
    plan = None if scenario is None else scenario.to_json()
    facts = {"format": FORMAT, "city": city, "scenario": plan, "measures": list(measures), "pictures": pictures}
    if language != "en":
        facts["language"] = language
    made: dict[str, Any] = json.loads(json.dumps(facts))
    return made


def sealed(receipt: dict[str, Any], document: str) -> str:
    """The block to put in place of an empty one: the receipt with digests of the document around it and of itself."""
    whole = {**receipt, "document": document_digest(document)}
    return block({**whole, "digest": digests.of_json(whole)})


def block(receipt: dict[str, Any]) -> str:
    """The JSON inside its script element; nothing in it can end the element or open a tag."""
    text = readable(receipt)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"{OPENING}\n{text}\n{CLOSING}"


def readable(receipt: dict[str, Any]) -> str:
    """The receipt as JSON text, one fact a line."""
    return json.dumps(_finite(receipt), sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)


def split(text: str) -> tuple[str, str]:
    """The document with its block emptied, and the JSON text of the block. Raises `InputError` when there is none."""
    text = text.replace("\r\n", "\n")
    starts = [m.end() for m in re.finditer(re.escape(OPENING), text)]
    if not starts:
        raise InputError(
            Problem(
                "brief",
                "there is no receipt in this file, so it is not a brief of Stadslab",
                "give the HTML file that `stadslab brief` wrote",
            )
        )
    if len(starts) > 1:
        raise InputError(
            Problem("brief", f"there are {len(starts)} receipts in this file", "a brief has one; make it again")
        )
    end = text.find(CLOSING, starts[0])
    if end < 0:
        raise InputError(
            Problem(
                "brief",
                "the receipt is cut off: the file ends inside it",
                "get the whole file again, or make the brief again",
            )
        )
    return text[: starts[0]] + text[end:], text[starts[0] : end]


def document_digest(document: str) -> str:
    """What the document says, its receipt left out."""
    return digests.of_bytes(document.replace("\r\n", "\n").encode())


def read_receipt(text: str) -> dict[str, Any]:
    """What was this brief made of? The receipt as plain values.

    Raises `InputError` when the text is not a brief, when its receipt is damaged, or when it has another format.
    """
    _, raw = split(text)
    try:
        found = json.loads(raw)
    except json.JSONDecodeError as error:
        raise InputError(
            Problem(
                "brief, receipt",
                f"the JSON is damaged at line {error.lineno}: {error.msg}",
                "get the file again, or make the brief again",
            )
        ) from None
    if not isinstance(found, dict):
        raise InputError(
            Problem(
                "brief, receipt",
                f"a JSON object is expected, not {type(found).__name__}",
                "get the file again, or make the brief again",
            )
        )
    if found.get("format") != FORMAT:
        raise InputError(
            Problem(
                "brief, receipt", f"format {found.get('format')!r} is not known", f"this version reads format {FORMAT}"
            )
        )
    if found.get("language", "en") not in LANGUAGES:
        raise InputError(
            Problem(
                "brief, receipt",
                f"the language {found['language']!r} is not known",
                f"this version knows {', '.join(LANGUAGES)}",
            )
        )
    missing = [key for key in KEYS if key not in found]
    if missing:
        raise InputError(
            Problem(
                "brief, receipt",
                f"incomplete: {', '.join(missing)} missing",
                "get the file again, or make the brief again",
            )
        )
    restored: dict[str, Any] = _restored(found)
    again = "get the file again, or make the brief again"
    problems = [
        Problem("brief, receipt", f"{key} must be a {kind.__name__}, not {type(restored[key]).__name__}", again)
        for key, kind in (("measures", list), ("pictures", dict))
        if not isinstance(restored[key], kind)
    ]
    if not problems:
        problems = [
            Problem(f"brief, receipt, measure {at}", "it lacks its receipts, digests, groups or printed figures", again)
            for at, measure in enumerate(restored["measures"], 1)
            if not _whole(measure)
        ]
    if problems:
        raise InputError(*problems)
    return restored


def _whole(measure: Any) -> bool:
    """Has this measure all its parts, of the right kind?"""
    kinds: dict[str, Any] = {"base": dict, "after": dict | None, "base_digest": str, "after_digest": str | None}
    kinds |= {"groups": list, "printed": dict}
    return isinstance(measure, dict) and all(k in measure and isinstance(measure[k], v) for k, v in kinds.items())


# JSON has no infinity; a parameter may be one.
_ODD = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")}
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"number"} and value["number"] in _ODD:
            return _ODD[value["number"]]
        return {key: _restored(item) for key, item in value.items()}
    return [_restored(item) for item in value] if isinstance(value, list) else value
