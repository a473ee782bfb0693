"""Two editions of the same areas: a key file says what became of each old area, and counts move over without loss."""

from __future__ import annotations

import difflib
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.sources._cells import numbers
from stadslab.sources._columns import Meaning
from stadslab.sources._tables import limited, read_table, some

ROUNDING = 0.01  # published shares are rounded: how far their sum may be from one


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What became of each old area: old id to (new id, share of its people); shares of an old area sum to one."""

    name: str
    sha256: str
    parts: dict[str, tuple[tuple[str, float], ...]]


def read_key_file(path: Path) -> KeyFile:
    """Read a key file: columns `old` and `new` (or the first two), and `share` when old areas were split.

    Raises `InputError` when an old area became several without shares, or when shares are no shares.
    """
    table = read_table(path)
    low = {name.lower(): name for name in table.columns}
    names = list(table.columns)
    if len(names) < 2:
        raise InputError(Problem(table.file, "a key file needs two columns", "old,new or old,new,share"))
    old_name, new_name = low.get("old", names[0]), low.get("new", names[1])
    share_name = low.get("share", low.get("andel", ""))
    if not share_name and len(names) > 2:
        hint = "call the column of shares share, or leave other columns out"
        raise InputError(Problem(table.file, f"columns {', '.join(names)}: which holds the shares?", hint))
    old, new = table.text(old_name), table.text(new_name)
    share = numbers(table.columns[share_name]).values.tolist() if share_name else [1.0] * len(table)
    problems = []
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    for row, (a, b, part) in enumerate(zip(old, new, share, strict=True)):
        if not a or not b:
            problems.append(Problem(table.where(row), f"old {a!r} and new {b!r}: one is blank", "give both ids"))
        elif b in parts[a]:
            problems.append(Problem(table.where(row), f"{a} to {b} occurs twice", "one line for each pair"))
        elif not 0 <= part <= 1:
            problems.append(Problem(table.where(row), f"{part} is not a share", "between 0 and 1"))
        else:
            parts[a][b] = part
    for a, shares in parts.items():
        total = sum(shares.values())
        if len(shares) > 1 and not share_name:
            hint = "add a column share: the part of the old area's people that went to each"
            problems.append(Problem(table.file, f"{a} became {len(shares)} areas ({some(shares)})", hint))
        elif share_name and shares and abs(total - 1) > ROUNDING:
            problems.append(Problem(table.file, f"the shares of {a} sum to {total:g}", "they must sum to 1"))
    raise_errors(limited(problems, table.file))
    found = {a: tuple((b, p / sum(s.values())) for b, p in sorted(s.items())) for a, s in sorted(parts.items())}
    return KeyFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), found)


def key_problems(keys: KeyFile, old: list[str], areas: set[str], where: str) -> list[Problem]:
    """Old ids the key file does not know, and new ones the city does not have."""
    problems = []
    for name in sorted(set(old) - set(keys.parts)):
        near = difflib.get_close_matches(name, keys.parts, n=2)
        hint = f"nearest: {', '.join(near)}; " if near else ""
        problems.append(Problem(where, f"{name} is not in the key file {keys.name}", f"{hint}add what became of it"))
    problems = limited(problems, where)
    targets = {new for name in set(old) & set(keys.parts) for new, _ in keys.parts[name]}
    unknown = sorted(targets - areas)
    for name in unknown:
        problems.append(Problem(keys.name, f"new id {name} is not in the city's areas", "is it the right edition?"))
    swapped = set(old) <= {new for parts in keys.parts.values() for new, _ in parts} and set(keys.parts) & areas
    if problems and swapped:
        problems = [
            Problem(keys.name, "its columns are the other way round", "first the people's ids, then the city's")
        ]
    return problems[:20] + problems[-1:] if len(problems) > 21 else problems


Values = dict[tuple[str, Meaning], tuple[float, bool]]  # (area, meaning) to (value, NaN when unknown; withheld)


def carried_over(keys: KeyFile, values: Values) -> tuple[list[tuple[str, Meaning, float, bool]], list[str]]:
    """Numbers of old areas as (new area, meaning, value, withheld); the counts of a group keep their sum.

    A new area that gets known and withheld counts has a row for each. Means become means weighted by people who move
    (by the shares alone where the load counts nobody), of the known ones.
    """
    import numpy as np

    from stadslab.build.deal import apportion, interleave

    old = sorted({area for area, _ in values})
    start = np.concatenate([[0], np.cumsum([len(keys.parts[a]) for a in old])]).astype(np.int64)
    pieces = [(a, new) for a in old for new, _ in keys.parts[a]]
    weight = np.array([share for a in old for _, share in keys.parts[a]], np.float64)
    by_dimension: dict[str, list[Meaning]] = defaultdict(list)
    for meaning in sorted({m for _, m in values}, key=lambda m: (m.dimension, m.group)):
        by_dimension[meaning.dimension].append(meaning)
    sums: dict[tuple[str, Meaning], float] = {}
    withheld: set[tuple[str, Meaning]] = set()
    blank: set[tuple[str, Meaning]] = set()
    moving = weight
    nothing = (float("nan"), False)
    for meanings in by_dimension.values():
        counted = [m for m in meanings if m.measure == "count"]
        if not counted:
            continue
        known = np.array([[values.get((a, m), nothing)[0] for m in counted] for a in old])
        groups = np.nan_to_num(known).astype(np.int64)
        capacity = apportion(groups.sum(axis=1), start, weight)
        dealt = interleave(groups, start, capacity)
        if counted[0].dimension == "total":
            moving = capacity.astype(np.float64)
        for p, (a, new) in enumerate(pieces):
            for g, meaning in enumerate(counted):
                value, hidden = values.get((a, meaning), nothing)
                if hidden:
                    withheld.add((new, meaning))
                elif np.isnan(value):
                    blank.add((new, meaning))
                else:
                    sums[new, meaning] = sums.get((new, meaning), 0.0) + float(dealt[p, g])
    notes = _means(values, pieces, moving, sums, withheld, blank)
    rows: list[tuple[str, Meaning, float, bool]] = [(new, m, value, False) for (new, m), value in sums.items()]
    rows += [(new, m, float("nan"), True) for new, m in withheld]
    rows += [(new, m, float("nan"), False) for new, m in blank - set(sums) - withheld]
    merged = len(pieces) - len({new for _, new in pieces})
    split = sum(len(keys.parts[a]) > 1 for a in old)
    notes.append(f"{len(old):,} areas carried over by {keys.name}: {split:,} were split, {merged:,} parts were joined")
    return sorted(rows, key=lambda row: (row[0], row[1].dimension, row[1].group, row[3])), notes


def _means(
    values: Values,
    pieces: list[tuple[str, str]],
    moving: Any,
    sums: dict[tuple[str, Meaning], float],
    withheld: set[tuple[str, Meaning]],
    blank: set[tuple[str, Meaning]],
) -> list[str]:
    """Weighted means of the pieces, put beside the sums."""
    meanings = sorted({m for _, m in values if m.measure == "mean"}, key=lambda m: (m.dimension, m.group))
    for meaning in meanings:
        parts: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for (a, new), people in zip(pieces, moving.tolist(), strict=True):
            value, hidden = values.get((a, meaning), (float("nan"), False))
            if hidden:
                withheld.add((new, meaning))
            elif value == value:  # noqa: PLR0124 - not NaN
                parts[new].append((value, people))
            else:
                blank.add((new, meaning))
        for new, known in parts.items():
            total = sum(people for _, people in known)
            if total > 0:
                sums[new, meaning] = sum(v * people for v, people in known) / total
            else:
                blank.add((new, meaning))
    return ["means of joined areas are weighted by the people who moved"] if meanings else []
