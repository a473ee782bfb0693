"""A brief in Swedish: everything it says is translated, with the same blanks, and numbers are written as there."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import stadslab
from stadslab.brief import language
from stadslab.brief.document import compose
from stadslab.brief.language import about, own, saying, told
from stadslab.brief.numbers import UNIT_WORDS, percent, plain, told_apart, with_unit
from stadslab.brief.pdf import GROUP_HEAD, SYNTHETIC, WORDS
from stadslab.brief.words import NOT_PEOPLE
from stadslab.core.said import Digits, Said
from stadslab.core.suppression import Count
from tests.brief import samples

ROOT = Path(stadslab.__file__).parent
SPEAKING = [*sorted((ROOT / "brief").glob("*.py")), ROOT / "core/suppression.py", ROOT / "core/layer.py"]
SIGNS = {"{count:,} {reason}", "{number:.0f}%", "{first} and {last}"}  # signs and joints that Swedish sets otherwise
# Words of data that briefs meet: units, layers, groups of people and what they are grouped by, sources of spreads.
UNITS = {"places", "place", "opportunities", "points", "point"}
LAYERS = {
    "areas", "barriers", "buildings", "entrances", "green", "streets", "water",
    "frequencies", "routes", "service_days", "stops", "trips", "travel_times",
}  # fmt: skip
GROUPS = {
    "age", "income", "origin", "sex", "tenure", "background", "high", "mid", "low", "foreign", "native", "swedish",
    "rented", "owned", "tenant-owned", "compulsory", "upper secondary", "post-secondary, below 3 years",
    "post-secondary, 3 years or more",
}  # fmt: skip
SIGNS_ONLY = re.compile(r"\W*")


def constants(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return constants(node.body) + constants(node.orelse) if isinstance(node, ast.IfExp) else []


def holes(template: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:
        return set()


def in_code() -> set[str]:
    """What `Said` is given, and every other text with blanks."""
    found = set()
    for file in SPEAKING:
        tree = ast.parse(file.read_text("utf-8"))
        inside = {id(p) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for p in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Said" and node.args:
                found |= set(constants(node.args[0]))
            elif id(node) not in inside:
                found |= {text for text in constants(node) if holes(text) and all(map(str.isidentifier, holes(text)))}
    return {text for text in found if not SIGNS_ONLY.fullmatch(re.sub(r"\{[^}]*\}", "", text))}


def on_the_page() -> set[str]:
    """What the template of the page says, in single pieces."""
    text = (ROOT / "brief/templates/brief.html").read_text("utf-8")
    return set(re.findall(r'say\("([^"]+)"', text))


def in_tables() -> set[str]:
    """Words kept in tables: of the printed page, of units, of what is counted."""
    words = {text for entry in WORDS.values() for text in ([entry] if isinstance(entry, str) else entry)}
    units = {unit for unit in UNIT_WORDS.values() if unit}
    ones = {" ".join([u.split(" ")[0].removesuffix("s"), *u.split(" ")[1:]]) for u in units if u != "per cent"}
    dwellings = {text for name in NOT_PEOPLE for text in (name, name[:-1])}
    return words | units | ones | dwellings | {*GROUP_HEAD, SYNTHETIC}


def test_every_text_of_a_brief_has_swedish_with_the_same_blanks() -> None:
    found = in_code() | on_the_page() | in_tables()
    assert len(found) > 170
    assert sorted(found - own("sv").keys()) == []
    assert [text for text in found if holes(text) != holes(own("sv")[text])] == []


def spreads() -> set[str]:
    """Why a parameter of an indicator varies from draw to draw."""
    from stadslab.lab import catalog

    return {spread.source for one in catalog.indicators().values() for spread in one.uncertain.values()}


def test_every_word_of_a_source_of_uncertainty_has_swedish() -> None:
    assert spreads()
    assert sorted(spreads() - own("sv").keys()) == []


def test_no_translation_is_left_over() -> None:
    used = in_code() | on_the_page() | in_tables() | spreads() | SIGNS | UNITS | LAYERS | GROUPS
    assert sorted(own("sv").keys() - used) == []


@pytest.mark.parametrize("plan", [True, False])
def test_a_whole_brief_leaves_nothing_in_english_but_the_data(monkeypatch: pytest.MonkeyPatch, plan: bool) -> None:
    missing: set[str] = set()

    class Recording(dict[str, str]):
        def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
            if key not in self:
                missing.add(key)
            return super().get(key, default)

    everything = Recording(language._everything("sv"))
    monkeypatch.setattr(language, "_everything", lambda _: everything)
    content = samples.content(10, language="sv")
    if not plan:
        comparison = samples.school_comparison()
        now = [(samples.minutes_to_school, comparison.base, comparison.people)]
        content = samples.content(language="sv", comparisons=(), scenario=None, measurements=now, marks=())
    compose(content)
    ours = {text for text in missing if not SIGNS_ONLY.fullmatch(re.sub(r"\{[^}]*\}|\d", "", text))}
    whose = {
        "How many minutes does it take to walk to the nearest school?",
        "How many shops can people here reach on foot?",
        "opening hours",
        "slope",
        "safety at night",
        "People walk at 1.3 m/s",
        "limit",
        "kth",
        "snap",
        "shops",
        "born abroad",
        "born here",
        "65 and older",
    }  # fmt: skip -- the sample's own indicators, and groups of its people
    assert ours <= whose, ours - whose


@pytest.mark.parametrize(
    ("text", "swedish"),
    [
        (plain(1234.5), "1\u202f234"), (plain(-0.25), "\u22120,25"), (percent(0.123), "12\u00a0%"),
        (percent(0.001), "under 1\u00a0%"), (with_unit(plain(1), "min"), "1 minut"), (told_apart(0.5), "0,5"),
        (with_unit(plain(2.5), "min"), "2,5 minuter"), (with_unit(plain(3), ""), "3"), (Digits("12"), "12"),
        (Count(3, "small").text, "färre än 5"), (Count(1234, "at least").text, "minst 1\u202f234"),
        (Count(3, "covered").text, "visas inte"), (Count(0, "told").text, "0"),
    ],
)  # fmt: skip
def test_numbers_and_counts(text: str, swedish: str) -> None:
    assert saying("sv")(text) == swedish
    assert saying("en")(text) == text


def test_names_from_data_are_told_as_they_are() -> None:
    assert saying("sv")(Said("{count} people", count="people {x} 1,000")) == "people {x} 1,000 personer"
    assert told({"minutes": ["minutes", Said("minutes"), 1, None]}, saying("sv")) == {
        "minutes": ["minutes", "minuter", 1, None]
    }


def test_what_an_indicator_is_about_is_told_in_paragraphs() -> None:
    from stadslab.lab import catalog

    documentation = catalog.indicator("walk_to_nearest").about
    assert about(documentation, "sv")[0].startswith("Minuter till fots till den närmaste")
    assert about("Nothing of ours.", "sv") == []
    assert about(documentation, "en") == []
