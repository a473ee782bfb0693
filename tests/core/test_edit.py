"""What every edit gets from its base class: fields that are converted, checked and described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest

from stadslab.core.city import City
from stadslab.core.edit import Delta, Edit
from stadslab.core.errors import InputError, Problem
from stadslab.core.params import check_params
from stadslab.core.units import About, Unit


@dataclass(frozen=True)
class Paint(Edit):
    """An edit with a field of each sort."""

    kind: ClassVar[str] = "paint"
    touches: ClassVar[tuple[str, ...]] = ("streets",)
    question: ClassVar[str] = "What if it were painted?"

    street: Annotated[str, About("which")]
    coats: Annotated[int, Unit("1", 1, 9), About("how many")] = 1
    at: Annotated[tuple[float, float] | None, Unit("degrees"), About("where")] = None
    line: Annotated[tuple[tuple[float, float], ...], Unit("degrees"), About("along")] = ()
    words: Annotated[tuple[str, ...], About("what is written")] = ()

    def complaints(self, city: City) -> list[Problem]:
        return [Problem("street", "complained")]

    def deltas(self, city: City) -> list[Delta]:
        return []

    def sentence(self, city: City | None = None) -> str:
        return "Paint."

    def reads_ids(self, city: City) -> dict[str, tuple[str, ...]]:
        return {}


NOWHERE = City("x", "EPSG:32633")


def test_fields_become_parameters_with_unit_bounds_and_shape() -> None:
    street, coats, at, line, words = Paint.params()
    assert (street.name, street.required, street.about) == ("street", True, "which")
    assert (coats.type, coats.default, coats.low, coats.high) == (int, 1, 1, 9)
    assert (at.pair, at.many, at.optional, at.type, at.unit) == (True, False, True, float, "degrees")
    assert (line.pair, line.many, line.type) == (True, True, float)
    assert (words.pair, words.many, words.type) == (False, True, str)


def test_what_a_form_sends_becomes_what_is_declared() -> None:
    made = Paint("a", "3", "18.1,59.2", "18,59 18.5,59.5", "hello")  # type: ignore[arg-type]
    assert made == Paint("a", 3, (18.1, 59.2), ((18.0, 59.0), (18.5, 59.5)), ("hello",))
    assert Paint("a", 3, [18, 59], [[18, 59]], ["b"]) == Paint("a", 3, (18.0, 59.0), ((18.0, 59.0),), ("b",))  # type: ignore[arg-type]


def test_json_and_back() -> None:
    made = Paint("a", 2, (18.0, 59.0), ((18.0, 59.0), (18.5, 59.5)), ("b",))
    said = made.to_json()
    assert said == {
        "kind": "paint",
        "street": "a",
        "coats": 2,
        "at": [18.0, 59.0],
        "line": [[18.0, 59.0], [18.5, 59.5]],
        "words": ["b"],
    }
    assert Paint(**{k: v for k, v in said.items() if k != "kind"}) == made


def test_fields_and_layers_come_before_the_edits_own_complaints() -> None:
    told = [str(p) for p in Paint("a", 20).problems(NOWHERE)]
    assert told == [
        "coats: 20 is out of range (between 1 and 9)",
        "the city has no layer 'streets' (load one first; it has: no layers yet)",
    ]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("street", None, "paint, street: None is not text (which)"),
        ("street", ["a"], "paint, street: ['a'] is not text (which)"),
        ("words", {"a": 1}, "paint, words: {'a': 1} is not a list (what is written)"),
        ("words", None, "paint, words: None is not a list (what is written)"),
        ("line", [[1, 2, 3]], "paint, line: [1, 2, 3] is not a pair of numbers (give longitude, latitude)"),
        ("line", [1, 2], "paint, line: 1 is not a pair of numbers (give longitude, latitude)"),
        ("line", "18", "paint, line: '18' is not a pair of numbers (give longitude, latitude)"),
        ("at", ["x", 2], "paint, at: 'x' is not a number (give a number in degrees)"),
    ],
)
def test_wrong_fields_are_told_not_guessed(field: str, value: object, told: str) -> None:
    with pytest.raises(InputError) as caught:
        check_params(Paint.params(), {"street": "a", field: value}, "paint")
    assert str(caught.value).splitlines()[0] == told
