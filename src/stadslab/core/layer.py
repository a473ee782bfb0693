"""A layer: one stamped, immutable table of a city."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core import digest as digests
from stadslab.core.said import Said
from stadslab.core.schema import LayerSchema, schema_named

FEW = 200  # changed rows of an overlay that are put in one by one, rather than sorting all rows again


class TableHandle(Protocol):
    """Where a layer's rows come from: memory, a Parquet file, or an overlay on another handle."""

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows, sorted by id; only these columns when given."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Rows held in memory."""

    table: pa.Table

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows, sorted by id."""
        return self.table if columns is None else self.table.select(list(columns))


@dataclass(frozen=True, slots=True)
class Overlay:
    """A base without the dropped ids and with the upserted rows: one overlay, whatever the number of edits."""

    base: TableHandle
    drop: frozenset[str]
    upsert: pa.Table
    base_digest: str = ""  # so that the digest of an overlay does not depend on the way it came about

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Base rows without dropped or replaced ids, plus the upserted rows, sorted by id."""
        wanted = None if columns is None else list(dict.fromkeys([*columns, "id"]))
        table = self.base.read(wanted)
        new = self.upsert["id"].to_pylist()
        gone = pc.is_in(table["id"], pa.array(sorted(self.drop | set(new)), pa.string()))
        rows = self.upsert.select(table.column_names).cast(table.schema)
        if len(new) + len(self.drop) <= FEW:
            merged = _spliced(table, gone.to_numpy().nonzero()[0].tolist(), rows, new)
        else:
            merged = pa.concat_tables([table.filter(pc.invert(gone)), rows]).sort_by("id")
        return merged if columns is None else merged.select(list(columns))


def _spliced(table: pa.Table, gone: list[int], rows: pa.Table, ids: list[str]) -> pa.Table:
    """A table sorted by id without some rows and with others (sorted by id too) in their places: slices, not a copy."""
    column = table["id"]
    places = [(bisect_left(column, i, key=lambda scalar: scalar.as_py()), 0, n) for n, i in enumerate(ids)]
    parts, start = [], 0
    for at, leaves, number in sorted([*places, *((row, 1, 0) for row in gone)]):
        parts.append(table.slice(start, at - start))
        start = at + leaves
        if not leaves:
            parts.append(rows.slice(number, 1))
    return pa.concat_tables([*parts, table.slice(start)])


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a load ended: rows in, rows kept, why each other row was dropped, and what a person should know (`notes`)."""

    rows_in: int
    rows_kept: int
    dropped: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The verdict in one line."""
        why = "; ".join(f"{count:,} {reason}" for reason, count in sorted(self.dropped.items()))
        if not self.rows_in:
            return Said("none found")
        text = Said("{read:,} read, {kept:,} kept", read=self.rows_in, kept=self.rows_kept)
        return Said("{kept}, dropped: {why}", kept=text, why=why) if why else text


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a layer comes from: who publishes it, under which licence, from which bytes, read how."""

    source: str
    title: str
    licence: str
    attribution: str
    homepage: str
    inputs: tuple[tuple[str, str], ...]  # (file name, sha256 of its bytes)
    params: dict[str, Any]
    verdict: Verdict
    vintage: str = ""  # date or edition of the data itself
    synthetic: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values for a manifest or receipt."""
        return asdict(self)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Stamp:
        """The stamp a manifest holds."""
        verdict = dict(value["verdict"])
        verdict["notes"] = tuple(verdict.get("notes", ()))
        return Stamp(
            **{**value, "inputs": tuple((str(a), str(b)) for a, b in value["inputs"]), "verdict": Verdict(**verdict)}
        )


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of a city. `name` is its key in the city, `schema` its sort; the digest says what the rows say."""

    name: str
    schema: LayerSchema
    handle: TableHandle
    digest: str
    stamp: Stamp
    rows: int

    @property
    def unplanned_digest(self) -> str:
        """What the rows said before any scenario changed them, as a digest."""
        return self.handle.base_digest if isinstance(self.handle, Overlay) else self.digest

    @staticmethod
    def of(name: str, table: pa.Table, stamp: Stamp, sort: str | None = None) -> Layer:
        """A layer from rows: checked against the schema of `sort` (default: `name`), sorted by id and digested."""
        schema = schema_named(sort or name)
        conformed = schema.conform(table, f"layer {name}").combine_chunks()
        return Layer(name, schema, InMemory(conformed), digests.of_table(conformed), stamp, conformed.num_rows)

    def scan(self, *columns: str) -> pa.Table:
        """The rows, sorted by id; all columns when none is named."""
        return self.handle.read(columns or None)

    def find(self, ids: Sequence[str]) -> pa.Table:
        """The rows with these ids (those that exist), sorted by id."""
        if isinstance(self.handle, Overlay):  # look in both parts, rather than merge whole tables for a few rows
            kept = rows_named(self.handle.base.read(None), set(ids) - self.handle.drop - _named(self.handle))
            new = self.handle.upsert.filter(pc.is_in(self.handle.upsert["id"], pa.array(list(ids), pa.string())))
            return pa.concat_tables([kept, new.select(kept.column_names).cast(kept.schema)]).sort_by("id")
        return rows_named(self.handle.read(None), set(ids))

    def ids_from(self, start: str) -> list[str]:
        """The ids that begin with this text, sorted."""
        if isinstance(self.handle, Overlay):
            hidden = _named(self.handle)
            kept = [i for i in _beginning(self.handle.base.read(("id",))["id"], start) if i not in hidden]
            return sorted([*kept, *(i for i in self.handle.upsert["id"].to_pylist() if i.startswith(start))])
        return _beginning(self.handle.read(("id",))["id"], start)

    def differences(self, after: Layer) -> tuple[frozenset[str], pa.Table]:
        """What makes this layer the other one: ids that go, and rows that come or change, sorted by id.

        Layers with the same rows below their overlays are compared where the overlays are.
        """
        if self.digest == after.digest:
            return frozenset(), self.schema.arrow.empty_table()
        if _below(self.handle) is _below(after.handle):
            named = sorted(_named(self.handle) | _named(after.handle))
            old, new = self.find(named), after.find(named)
        else:
            old, new = self.scan(), after.scan()
        was = {row["id"]: row for row in old.to_pylist()}
        fresh = [was.get(row["id"]) != row for row in new.to_pylist()]
        return frozenset(was) - set(new["id"].to_pylist()), new.filter(pa.array(fresh, pa.bool_()))

    def overlaid(self, drop: frozenset[str], upsert: pa.Table | None) -> Layer:
        """This layer without the dropped rows and with the upserted ones.

        Overlays are never stacked, and what they say is all that counts: the same changes in another order give the
        same digest, and changes that undo each other give the base itself.
        """
        rows = (
            self.schema.conform(upsert, f"layer {self.name}") if upsert is not None else self.schema.arrow.empty_table()
        )
        if not drop and not rows.num_rows:
            return self
        base, base_digest = self.handle, self.digest
        if isinstance(self.handle, Overlay):
            base, base_digest = self.handle.base, self.handle.base_digest
            replaced = pa.array(sorted(drop | set(rows["id"].to_pylist())), pa.string())
            kept = self.handle.upsert.filter(pc.invert(pc.is_in(self.handle.upsert["id"], replaced)))
            drop = drop | self.handle.drop
            rows = pa.concat_tables([kept, rows]).sort_by("id").combine_chunks()
        whole = base.read(None)
        old = {row["id"]: row for row in rows_named(whole, drop | set(rows["id"].to_pylist())).to_pylist()}
        differs = [old.get(row["id"]) != row for row in rows.to_pylist()]
        drop = (drop & old.keys()) - set(rows["id"].to_pylist())
        rows = rows.filter(pa.array(differs, pa.bool_())).combine_chunks()
        if not drop and not rows.num_rows:
            return replace(self, handle=base, digest=base_digest, rows=whole.num_rows)
        handle = Overlay(base, drop, rows, base_digest)
        gone = digests.of_json(sorted(drop))
        key = digests.of_bytes(base_digest.encode(), gone.encode(), digests.of_table(rows).encode())
        added = sum(i not in old for i in rows["id"].to_pylist())
        return replace(self, handle=handle, digest=key, rows=whole.num_rows - len(drop) + added)


def rows_named(table: pa.Table, ids: Collection[str]) -> pa.Table:
    """The rows with these ids, of a table sorted by id. A few are looked up, rather than all compared."""
    if len(ids) > FEW:
        return table.filter(pc.is_in(table["id"], pa.array(sorted(ids), pa.string())))
    column = table["id"]
    parts = []
    for name in sorted(ids):
        at = bisect_left(column, name, key=lambda scalar: scalar.as_py())
        if at < len(column) and column[at].as_py() == name:
            parts.append(table.slice(at, 1))
    return pa.concat_tables([*parts, table.slice(0, 0)])


def _beginning(ids: pa.ChunkedArray, start: str) -> list[str]:
    """Those of the sorted ids that begin with this text."""
    size = len(start)
    low = bisect_left(ids, start, key=lambda scalar: scalar.as_py())
    high = bisect_right(ids, start, lo=low, key=lambda scalar: scalar.as_py()[:size])
    found: list[str] = ids.slice(low, high - low).to_pylist()
    return found


def _below(handle: TableHandle) -> TableHandle:
    return handle.base if isinstance(handle, Overlay) else handle


def _named(handle: TableHandle) -> set[str]:
    """Ids an overlay says something about."""
    return {*handle.drop, *handle.upsert["id"].to_pylist()} if isinstance(handle, Overlay) else set()
