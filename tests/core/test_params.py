"""Parameters: read off a signature once, converted where that is beyond doubt, refused all at once where it is not."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.errors import InputError
from stadslab.core.params import Param, check_params, param_of, params_of
from stadslab.core.units import About, Minutes, Unit


def example(
    layer: object,
    *,
    minutes: Annotated[Minutes, About("how long")] = 15.0,
    rank: Annotated[int, Unit("1", 1, 100)] = 1,
    mode: Literal["walk", "cycle"] = "walk",
    kinds: tuple[str, ...] = (),
    at: tuple[float, float] | None = None,
    line: tuple[tuple[float, float], ...] = (),
    file: Path = Path("x"),
    people: Annotated[int | None, Unit("people", low=0)] = None,
    shares: Annotated[tuple[float, ...], Unit("", high=1.0)] = (),
    loud: bool = False,
    name: str,
) -> None:
    """Every sort of parameter there is."""


PARAMS = params_of(example)
NAMES = [p.name for p in PARAMS]


def checked(**given: Any) -> dict[str, Any]:
    return check_params(PARAMS, {"name": "", **given}, "here")


def problems(**given: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        checked(**given)
    return [str(p) for p in caught.value.problems]


def test_only_keywords_are_parameters_in_the_order_of_the_signature() -> None:
    assert NAMES == ["minutes", "rank", "mode", "kinds", "at", "line", "file", "people", "shares", "loud", "name"]


def test_what_a_signature_says() -> None:
    by_name = {p.name: p for p in PARAMS}
    assert by_name["minutes"] == Param("minutes", float, 15.0, "min", 0.0, 1440.0, about="how long")
    assert by_name["mode"] == Param("mode", str, "walk", choices=("walk", "cycle"))
    assert by_name["line"] == Param("line", float, (), many=True, pair=True)
    assert by_name["at"] == Param("at", float, None, optional=True, pair=True)
    assert by_name["people"] == Param("people", int, None, "people", 0, None, optional=True)
    assert by_name["name"].required
    assert not by_name["minutes"].required


def test_names_in_inputs_need_not_be_imported() -> None:
    def later(graph: NotThere, *, minutes: Minutes = 3.0) -> None:  # type: ignore[name-defined]  # noqa: F821
        """An input whose type is known to the type checker alone."""

    assert [p.name for p in params_of(later)] == ["minutes"]


def test_defaults_are_filled_in() -> None:
    found = checked()
    assert list(found) == NAMES
    assert found["minutes"] == 15.0
    assert found["at"] is None


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("minutes", "10", 10.0),
        ("minutes", 10, 10.0),
        ("minutes", " 7.5 ", 7.5),
        ("minutes", 1440, 1440.0),
        ("rank", "3", 3),
        ("rank", 3.0, 3),
        ("rank", "1e2", 100),
        ("people", "12345678901234567", 12345678901234567),
        ("people", 2**60 + 1, 2**60 + 1),
        ("people", None, None),
        ("mode", "cycle", "cycle"),
        ("kinds", "school", ("school",)),
        ("kinds", ["school", "park"], ("school", "park")),
        ("kinds", {"c", "a", "b"}, ("a", "b", "c")),
        ("at", "18.07,59.33", (18.07, 59.33)),
        ("at", "18.07, 59.33", (18.07, 59.33)),
        ("at", [18.07, "59.33"], (18.07, 59.33)),
        ("line", "18.07,59.33 18.08,59.34", ((18.07, 59.33), (18.08, 59.34))),
        ("line", "18.07, 59.33; 18.08, 59.34", ((18.07, 59.33), (18.08, 59.34))),
        ("line", ("18.07,59.33 18.08,59.34", "18.09,59.35"), ((18.07, 59.33), (18.08, 59.34), (18.09, 59.35))),
        ("line", [[18.07, 59.33], (18.08, 59.34)], ((18.07, 59.33), (18.08, 59.34))),
        ("file", "a/b.csv", Path("a/b.csv")),
        ("shares", ["0.5", -2], (0.5, -2.0)),
        ("shares", "0.5, -2", (0.5, -2.0)),
        ("shares", ("0.5,-2", "1"), (0.5, -2.0, 1.0)),
        ("loud", "yes", True),
        ("loud", "False", False),
        ("loud", True, True),
        ("name", 5, "5"),
    ],
)
def test_conversion_beyond_doubt(name: str, given: Any, expected: Any) -> None:
    found = checked(**{name: given})[name]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "given", "complaint"),
    [
        ("minutes", "soon", "here, minutes: 'soon' is not a number (give a number in min)"),
        ("minutes", "nan", "here, minutes: 'nan' is not a number (give a number in min)"),
        ("minutes", True, "here, minutes: True is not a number (give a number in min)"),
        ("minutes", None, "here, minutes: None is not a number (give a number in min)"),
        ("minutes", "inf", "here, minutes: inf min is out of range (between 0 and 1440 min)"),
        ("minutes", -1, "here, minutes: -1 min is out of range (between 0 and 1440 min)"),
        ("minutes", 1440.1, "here, minutes: 1440.1 min is out of range (between 0 and 1440 min)"),
        ("rank", 1.5, "here, rank: 1.5 is not a whole number (give a whole number)"),
        ("rank", "inf", "here, rank: 'inf' is not a whole number (give a whole number)"),
        ("rank", 0, "here, rank: 0 is out of range (between 1 and 100)"),
        ("people", -4, "here, people: -4 people is out of range (at least 0 people)"),
        ("people", "1e400", "here, people: '1e400' is not a whole number (give a whole number in people)"),
        ("shares", 2, "here, shares: 2 is out of range (at most 1)"),
        ("mode", "cycel", "here, mode: 'cycel' is not one of the choices (did you mean cycle? one of walk, cycle)"),
        ("kinds", 5.5j, "here, kinds: 5.5j is not a list"),
        ("at", "18.07", "here, at: '18.07' is not a pair of numbers (give longitude, latitude)"),
        ("at", [1, 2, 3], "here, at: [1, 2, 3] is not a pair of numbers (give longitude, latitude)"),
        ("at", "a,b", "here, at: 'a' is not a number (give a number)"),
        ("line", [18.07, 59.33], "here, line: 18.07 is not a pair of numbers (give longitude, latitude)"),
        ("loud", "maybe", "here, loud: 'maybe' is neither true nor false (write true or false)"),
        ("name", ["x"], "here, name: ['x'] is not text"),
        ("name", False, "here, name: False is not text"),
        ("file", {}, "here, file: {} is not a path"),
        ("minuts", 3, "here: unknown parameter 'minuts' (did you mean minutes?)"),
    ],
)
def test_what_is_refused_and_how(name: str, given: Any, complaint: str) -> None:
    assert complaint in problems(**{name: given})


def test_a_number_too_large_for_any_float_is_told_with_its_digits() -> None:
    assert problems(rank=10**400) == [f"here, rank: {10**400} is out of range (between 1 and 100)"]


def test_all_problems_at_once() -> None:
    with pytest.raises(InputError) as caught:
        check_params(PARAMS, {"minutes": "x", "rank": 0, "mode": "fly", "what": 1, "at": "a,b"}, "here")
    told = "\n".join(str(p) for p in caught.value.problems)
    for word in ("minutes", "rank", "mode", "'what'", "'a'", "'b'", "'name' is missing"):
        assert word in told
    assert len(caught.value.problems) == 7


def test_nothing_known_is_said() -> None:
    with pytest.raises(InputError, match=r"unknown parameter 'x' \(known: none\)"):
        check_params((), {"x": 1}, "here")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1440))
def test_numbers_survive_being_written(number: float) -> None:
    assert checked(minutes=repr(number))["minutes"] == number


@given(st.integers(min_value=0))
def test_whole_numbers_survive_being_written(number: int) -> None:
    assert checked(people=str(number))["people"] == number
    assert checked(people=number)["people"] == number


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.lists(st.floats()),
        st.dictionaries(st.text(), st.integers()),
    ),
    st.sampled_from(NAMES),
)
def test_anything_is_converted_or_refused_in_words(value: Any, name: str) -> None:
    try:
        found = checked(**{name: value})[name]
    except InputError as error:
        assert name in str(error)  # noqa: PT017
        return
    assert not (isinstance(found, float) and math.isnan(found))
    # what was accepted once is accepted again, and stays
    assert checked(**{name: found})[name] == found


def test_a_bare_annotation_is_text() -> None:
    assert param_of("x", "whatever that is") == Param("x", str)
