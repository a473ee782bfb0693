"""Replies of verbs as they may be told to whoever also sees a map, which tells the people of each unit.

On the command line sums stand by themselves; beside numbers for every unit they would give small groups away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadslab.lab.verbs.compare import CompareReply
    from stadslab.lab.verbs.measure import MeasureReply
    from stadslab.lab.verbs.verb import Reply


def beside_a_map(reply: Reply) -> dict[str, Any]:
    """The reply as plain values; its counts of people rounded, or covered, as a map beside it makes necessary."""
    from stadslab.lab.verbs.compare import CompareReply
    from stadslab.lab.verbs.equity import EquityReply
    from stadslab.lab.verbs.measure import MeasureReply

    plain = reply.to_json()
    if isinstance(reply, EquityReply):
        plain |= {name: _counts(plain[name]) for name in ("people", "people_after")}
        for row in [*plain["groups"], *(plain["groups_after"] or [])]:
            row["people"] = _count(row["people"])
    if isinstance(reply, CompareReply):
        plain["groups"] = _groups(reply)
    if isinstance(reply, MeasureReply) and reply.summary.people is not None:
        plain["summary"] = _summary(reply, plain["summary"])
    return plain


def _groups(reply: CompareReply) -> list[dict[str, object]]:
    from stadslab.core.suppression import rows_of
    from stadslab.core.unit_counts import told_per_unit

    rows = rows_of(reply.comparison, beside=told_per_unit(reply.comparison.people))
    return [row.published() for dimension in reply.dimensions for row in rows[dimension]]


def _summary(reply: MeasureReply, plain: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    from stadslab.core.unit_counts import told_mean

    summary, values = reply.summary, reply.values.mean()
    mean = summary.mean
    if mean is not None:
        far = float(np.abs(values[np.isfinite(values)] - mean).max())
        mean = told_mean(mean, far, (summary.people or 0) - (summary.none or 0))
    counts = {"none": _count(summary.none), "unknown": _count(summary.unknown), "reasons": _counts(summary.reasons)}
    return {**plain, "mean": mean, **counts}


def _count(number: int | None) -> int | None:
    import numpy as np

    from stadslab.core.unit_counts import rounded

    return None if number is None else rounded(np.array([number]))[0]


def _counts(numbers: dict[str, int | None] | None) -> dict[str, int | None] | None:
    return None if numbers is None else {name: _count(number) for name, number in numbers.items()}
