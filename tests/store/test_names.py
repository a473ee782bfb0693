"""Names that become file names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.core.errors import InputError
from stadslab.store.names import check_name


@pytest.mark.parametrize("name", ["stockholm", "Malmö", "東京", "दिल्ली", "a", "area-51_v2.1", "x" * 80, "_a", "-"])
def test_good_names(name: str) -> None:
    assert check_name(name, "city") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is empty"),
        ("a/b", "has '/'"),
        ("a\\b", "has"),
        ("..", "starts with a dot"),
        (".hidden", "starts with a dot"),
        ("a b", "has ' '"),
        ("a@3f", "has '@'"),
        ("a\0", "has '\\x00'"),
        ("a\n", "has '\\n'"),
        ("x" * 81, "81 characters long"),
        ("m²", "has '²'"),
        ("\ud800", "has '\\ud800'"),
    ],
)
def test_bad_names(name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        check_name(name, "city")
    assert said in str(caught.value)
    assert "city name" in str(caught.value)


def test_all_that_is_wrong_at_once() -> None:
    with pytest.raises(InputError) as caught:
        check_name("./" + "x" * 80, "city")
    assert len(caught.value.problems) == 3


def test_one_name_however_it_is_typed() -> None:
    assert check_name(unicodedata.normalize("NFD", "Malmö"), "city") == unicodedata.normalize("NFC", "Malmö")


@given(st.text(max_size=90))
def test_a_name_stays_in_its_folder(name: str) -> None:
    try:
        checked = check_name(name, "city")
    except InputError:
        return
    path = Path("cities") / f"{checked}.json"
    assert path.parent == Path("cities")
    assert len(path.name.encode()) <= 255
    assert check_name(checked, "city") == checked
