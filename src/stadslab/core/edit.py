"""An edit: one change to a city, as a value that can be saved, checked and read aloud."""

from __future__ import annotations

import dataclasses
import typing
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa  # noqa: TC002 (dataclass fields are read at run time)

from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem
from stadslab.core.params import Param, check_params, param_of
from stadslab.core.said import Said


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows of one layer to drop (by id) and to add or replace."""

    layer: str
    drop: frozenset[str] = frozenset()
    upsert: pa.Table | None = None


class Edit(ABC):
    """One change: a frozen dataclass in `stadslab/edits/`, one a file, whose fields are plain JSON values.

    kind: the word in a scenario file. touches: layers the edit may change. question: what a planner would ask.
    Fields are converted to their declared types where that is possible without doubt; `problems` tells what is left.
    """

    kind: ClassVar[str]
    touches: ClassVar[tuple[str, ...]]
    question: ClassVar[str]

    def __post_init__(self) -> None:
        try:
            values = check_params(self.params(), self._fields(), "")
        except InputError:
            return  # a half-made edit can be looked at; it cannot be applied
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def problems(self, city: City) -> list[Problem]:
        """Everything that keeps this edit from being made on this city (the base plus earlier edits).

        Fields first, then the layers it needs; only when both are well, what the edit itself finds (`complaints`).
        """
        found: list[Problem] = []
        try:
            check_params(self.params(), self._fields(), "")
        except InputError as error:
            found += error.problems
        have = ", ".join(sorted(city.layers)) or Said("no layers yet")
        missing = [name for name in self.touches if name not in city]
        found += [
            Problem(
                "", Said("the city has no layer {name!r}", name=name), Said("load one first; it has: {have}", have=have)
            )
            for name in missing
        ]
        return found or self.complaints(city)

    @abstractmethod
    def complaints(self, city: City) -> list[Problem]:
        """What else is wrong: called by `problems` when the fields are well formed and the layers are there."""

    @abstractmethod
    def deltas(self, city: City) -> list[Delta]:
        """The rows that change. Called only when there are no errors; the city itself is never touched."""

    @abstractmethod
    def sentence(self, city: City | None = None) -> str:
        """The edit in plain words; with the city (before the edit), names instead of ids."""

    @abstractmethod
    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        """Layer to the ids this edit relies on there, so that a scenario can tell what moved since it was drawn."""

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """The fields as parameters, for forms, command lines and documentation."""
        hints = typing.get_type_hints(cls, include_extras=True)
        found = []
        for f in dataclasses.fields(cls):  # type: ignore[arg-type]
            has_default = f.default is not dataclasses.MISSING
            found.append(param_of(f.name, hints[f.name], f.default) if has_default else param_of(f.name, hints[f.name]))
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """The edit as a JSON object with its kind."""
        return {"kind": self.kind, **{name: _plain(value) for name, value in self._fields().items()}}

    def _fields(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
