"""An edit: one change to a city, as a value that can be saved, checked and read aloud."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa

from stadslab.core.city import City
from stadslab.core.errors import Problem
from stadslab.core.params import Param, param_of


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows of one layer to drop (by id) and to add or replace."""

    layer: str
    drop: frozenset[str] = frozenset()
    upsert: pa.Table | None = None


class Edit(ABC):
    """One change. Subclasses are frozen dataclasses in `stadslab/edits/`, one a file, whose fields are plain JSON values.

    kind: the word in a scenario file. touches: layers the edit may change. question: what a planner would say.
    """

    kind: ClassVar[str]
    touches: ClassVar[tuple[str, ...]]
    question: ClassVar[str]

    @abstractmethod
    def problems(self, city: City) -> list[Problem]:
        """Everything that keeps this edit from being made on this city (the base plus earlier edits)."""

    @abstractmethod
    def deltas(self, city: City) -> list[Delta]:
        """The rows that change. Called only when there are no problems; the city itself is never touched."""

    @abstractmethod
    def sentence(self, city: City | None = None) -> str:
        """The edit in plain words; with the city, names instead of ids."""

    @abstractmethod
    def reads_ids(self) -> dict[str, tuple[str, ...]]:
        """Layer to the ids this edit relies on, so that a scenario can tell what moved since it was drawn."""

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """The fields as parameters, for forms, command lines and documentation."""
        import typing

        hints = typing.get_type_hints(cls, include_extras=True)
        found = []
        for f in dataclasses.fields(cls):  # type: ignore[arg-type]
            has_default = f.default is not dataclasses.MISSING
            found.append(param_of(f.name, hints[f.name], f.default) if has_default else param_of(f.name, hints[f.name]))
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """The edit as a JSON object with its kind."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {"kind": self.kind, **{f.name: _plain(getattr(self, f.name)) for f in fields}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
