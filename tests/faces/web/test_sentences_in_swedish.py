"""What edits say, in Swedish."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import stadslab
from stadslab.core.kinds import KINDS
from stadslab.edits.add_route import Vehicle
from stadslab.faces.web.problems import problems_told
from stadslab.lab.spoken import spoken, templates
from tests.edits.village import at, line, village

ROOT = Path(stadslab.__file__).parent
SPEAKING = [
    *sorted((ROOT / "edits").glob("*.py")),
    *(ROOT / name for name in ("core/edit.py", "core/params.py", "core/scenario.py", "store/scenarios.py")),
    *(ROOT / name for name in ("build/allocate.py", "build/supports.py")),
    *(ROOT / "faces/web" / name for name in ("plans.py", "drawing.py", "questions.py")),
]


def constants(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return constants(node.body) + constants(node.orelse) if isinstance(node, ast.IfExp) else []


def said_templates() -> set[str]:
    """Every template in the files that speak: what `Said` is given, nouns that are counted, and text with holes."""
    found = set()
    for file in SPEAKING:
        tree = ast.parse(file.read_text("utf-8"))
        in_f_strings = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                if node.func.id == "Said":
                    found |= set(constants(node.args[0]))
                if node.func.id == "counted":
                    nouns = [noun for arg in node.args[1:3] for noun in constants(arg)]
                    found |= {f"{{number:,.0f}} {noun}" for noun in nouns}
            elif id(node) not in in_f_strings:
                found |= {text for text in constants(node) if fields(text) and not text.startswith("/")}
    return found


def fields(template: str) -> set[tuple[str, str]]:
    """Holes and how they are filled."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return set()
    return {(name, conversion or "") for _, name, _, conversion in parts if name and name.isidentifier()}


def test_every_template_has_swedish_with_the_same_holes():
    known = templates("sv")
    found = said_templates()
    assert len(found) > 150
    assert sorted(found - known.keys()) == []
    assert [t for t in found if fields(t) != fields(known[t])] == []


def test_no_translation_is_left_over():
    words = {"bus", "residential", *(kind.replace("_", " ") for kind in KINDS)}
    stale = [t for t in templates("sv") if fields(t) and t not in said_templates() and t != "{kind} {name}"]
    assert stale == []
    assert words <= templates("sv").keys()


def test_kinds_of_place_and_of_vehicle_have_swedish():
    from typing import get_args

    assert [k for k in KINDS if k.replace("_", " ") not in templates("sv")] == []
    assert [v for v in get_args(Vehicle) if v not in templates("sv")] == []


def sentence(edit: str, **fields: object) -> str:
    from stadslab.lab import catalog

    return spoken(catalog.edit(edit)(**fields).sentence(village()), "sv")


def test_sentences():
    assert sentence("close_street", street="osm:way/4", modes=("drive",)) == (
        "Stäng Kyrkogatan (bostadsgata, 100 m, mellan Storgatan och Kungsgatan) för bilar."
    )
    assert sentence("add_homes", at=at(170, 2), people=1234, dwellings=1) == (
        "Bygg 1 bostad för 1\u00a0234 personer vid Storgatan."
    )
    assert sentence("remove_place", place="osm:node/101") == "Ta bort Gamla skolan (skola), vid Storgatan."
    assert "nya hållplatser" not in sentence("add_street", line=line((0, 50), (100, 50)), modes=("walk", "cycle"))
    assert sentence("add_street", line=line((0, 50), (100, 50)), modes=("walk", "cycle")) == (
        "Bygg en gata på 100 m för fotgängare och cyklister, från Hamngatan till Kyrkogatan."
    )


def test_problems_keep_their_place_and_severity():
    from stadslab.edits.close_street import CloseStreet

    found = problems_told(CloseStreet("osm:way/99", ()).problems(village()), "sv")
    assert [(c.where, c.severity) for c in found] == [("street", "error"), ("modes", "error")]
    assert found[0].what == "det finns ingen gata 'osm:way/99'"
    assert found[1].hint == "ange minst ett av gång, cykel, bil"
