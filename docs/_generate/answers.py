"""What comes out: columns of an answer and of a comparison, and why a number may be missing."""

from __future__ import annotations

from docs._generate.markdown import block, code, page, sentence, table
from stadslab.core.compare import SURE
from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.values import Reason

COLUMNS = (
    ("id", "text", "The reporting unit."),
    ("value", "number", "The answer, in the unit of the indicator; the mean when there are several draws."),
    ("low, high", "number", "The 5th and 95th percentile of the draws; only when there are several."),
    ("reason", "text", "Why there is no number, in the words below; `known` when there is one."),
    ("geometry", "shape", "The outline of the unit, longitude and latitude."),
)
GROUP = (
    ("dimension, group", "Which people: `total, all` is everybody; others such as `age, 0-5`."),
    ("people", "People in the group."),
    ("gain, lose, same", "People in units where the answer gets better, gets worse, stays."),
    ("unknown", "People in units where the answer is not known before or after."),
    ("reached, cut_off", "Of these, people who can newly reach what they could not, and who no longer can."),
    ("mean_change", "Change per person, over those who have a number before and after."),
    ("sure_gain, sure_lose", f"Of these, people in units where at least {SURE:.0%} of the draws agree."),
    ("suppressed", "Some of the group's numbers were withheld by their publisher."),
)


def pages() -> dict[str, str]:
    """One page."""
    reasons = [(code(r.words), _number(r)) for r in Reason]
    return {
        "answers.md": page(
            "# Answers",
            "## One number for each reporting unit",
            "This is what `--out answer.parquet` (or `.geojson`, `.gpkg`, `.csv`) writes, and what `values.table()`"
            " gives in Python.",
            table(("column", "type", "what it says"), [(code(c), t, about) for c, t, about in COLUMNS]),
            "A comparison writes `before`, `after` and `change` instead of `value`.",
            "## Why there is no number",
            "NaN means that nobody knows; infinity means that there is no way. They are never mixed up with zero.",
            table(("reason", "the value is then"), reasons),
            "## One row for each group",
            'What `stadslab compare --json` gives under `groups`, and `comparison.by("age")` in Python.',
            table(("field", "what it says"), [(code(n), sentence(about)) for n, about in GROUP]),
            f"Numbers of people from 1 to {SMALL_COUNT - 1} are left out of the JSON (`null`) and written as *fewer"
            f" than {SMALL_COUNT}*, since a small count can point at somebody. In Python you get the numbers"
            " themselves: keep them to yourself.",
            "## Codes a command ends with",
            table(
                ("code", "meaning"),
                [
                    ("0", "done"),
                    ("1", "`verify` found a difference"),
                    ("2", "something given cannot be used; every problem is told, and the lab is as it was"),
                    ("130", "stopped with Ctrl-C; the lab is as it was"),
                ],
            ),
            "With `--json`, problems come as JSON too:",
            block("json", '{"problems": [{"where": "...", "what": "...", "hint": "..."}]}'),
        )
    }


def _number(r: Reason) -> str:
    return {
        Reason.KNOWN: "a number",
        Reason.NO_STREET_NEAR: "unknown (NaN)",
        Reason.NO_DATA: "unknown (NaN)",
    }.get(r, "zero for a count of places, infinity for a time")
