"""`brief` and `verify` on a lab: the page answers, the receipt holds, and changes are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.brief.verb_brief import BriefRequest, brief
from stadslab.brief.verb_verify import VerifyRequest, verify
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.progress import silent
from stadslab.core.scenario import Scenario
from stadslab.edits.remove_place import RemovePlace
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from stadslab.testing.gridcity import grid

PLAN = Scenario("fewer", (RemovePlace("grid:place/0,0"),), why="One school closes.")
MEASURE = ("walk_to_nearest:kind=school",)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path / "grid.lab")
    manifests.save_city(made.folder, grid(5))
    made.save_scenario("grid", PLAN.pinned(made.city("grid")))
    return made


def written(lab: Lab, path: Path, scenario: tuple[str, ...] = ("fewer",)) -> str:
    request = BriefRequest("grid", scenario, MEASURE, to=str(path), support="h3:11")
    reply = brief(lab, request, silent)
    assert reply.path == path
    assert reply.size == path.stat().st_size
    assert reply.answers[0] in reply.lines()
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", [("fewer",), ()])
def test_what_was_written_is_made_again_equal(lab: Lab, tmp_path: Path, scenario: tuple[str, ...]) -> None:
    path = tmp_path / "page.html"
    text = written(lab, path, scenario)
    assert written(lab, path, scenario) == text, "the same city and plan give the same bytes"
    found = verify(lab, VerifyRequest(path), silent)
    assert not found.failed, found.lines()
    assert found.lines()[0] == "equal"
    assert found.to_json()["equal"] is True


def test_the_why_of_the_plan_is_the_question(lab: Lab, tmp_path: Path) -> None:
    text = written(lab, tmp_path / "page.html")
    assert "One school closes." in text
    assert "Close" in text or "Remove" in text


def test_another_city_is_found_out(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    written(lab, path)
    other = Lab(tmp_path / "other.lab")
    manifests.save_city(other.folder, grid(6))
    found = verify(other, VerifyRequest(path), silent)
    assert found.failed
    assert any("its layers are not those of the brief" in line for line in found.lines())


def test_an_older_version_of_the_city_still_verifies(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    written(lab, path)
    manifests.save_city(lab.folder, grid(6))
    assert not verify(lab, VerifyRequest(path), silent).failed


def test_what_is_no_brief_is_told(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no such file"):
        verify(lab, VerifyRequest(tmp_path / "nothing.html"), silent)
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(InputError, match="this is not a text file"):
        verify(lab, VerifyRequest(tmp_path / "picture.html"), silent)
    (tmp_path / "page.html").write_text("<p>Hello</p>")
    with pytest.raises(InputError, match="not a brief of Stadslab"):
        verify(lab, VerifyRequest(tmp_path / "page.html"), silent)


def test_nothing_is_written_when_a_plan_does_not_fit(lab: Lab, tmp_path: Path) -> None:
    lab.save_scenario("grid", Scenario("wrong", (RemovePlace("grid:place/9,9"),)))
    with pytest.raises(InputError, match="grid:place/9,9"):
        written(lab, tmp_path / "page.html", ("wrong",))
    assert not (tmp_path / "page.html").exists()


def test_a_brief_may_be_a_pdf(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "page.PDF"
    reply = brief(lab, BriefRequest("grid", ("fewer",), MEASURE, to=str(path), support="h3:11"), silent)
    assert path.read_bytes().startswith(b"%PDF")
    assert reply.size == path.stat().st_size


def test_another_ending_is_refused_before_the_work(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lab, "comparison", lambda *_: pytest.fail("it was measured"))
    with pytest.raises(InputError, match=r"'\.docx'.*\.html, \.pdf"):
        brief(lab, BriefRequest("grid", ("fewer",), MEASURE, to=str(tmp_path / "page.docx")), silent)
