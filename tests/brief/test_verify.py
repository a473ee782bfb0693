"""Whoever edits a brief is found out, figure by figure."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from stadslab.brief.document import compose
from stadslab.brief.model import BriefContent
from stadslab.brief.receipt_block import CLOSING, OPENING, block, document_digest, read_receipt, values_digest
from stadslab.brief.verify import Verification, verify
from stadslab.core import digest as digests
from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError, NotFoundError, Problem
from tests.brief import samples

CONTENT = samples.content(10)
SWEDISH = compose(samples.content(10, language="sv"))
PAGE = compose(CONTENT)


def again(measure: dict[str, Any]) -> Comparison:
    return {c.base.indicator: c for _, c in CONTENT.comparisons}[measure["base"]["indicator"]]


def wrong(text: str) -> list[str]:
    outcome = verify(text, again)
    assert not outcome.equal
    return [line for line in outcome.lines if line.startswith("differs")]


def with_receipt(change: dict[str, Any], *, seal: bool = True) -> str:
    """The page with an edited receipt, sealed again as a careful forger would."""
    receipt = {**read_receipt(PAGE), **change}
    if seal:
        receipt["digest"] = digests.of_json({k: v for k, v in receipt.items() if k != "digest"})
    start, end = PAGE.index(OPENING), PAGE.rindex(CLOSING)
    return PAGE[:start] + block(receipt) + PAGE[end + len(CLOSING) :]


def test_an_untouched_brief_is_equal() -> None:
    outcome = verify(PAGE, again)
    assert outcome.equal, outcome.lines
    assert outcome.sentence() == "equal"
    assert outcome.lines[0].startswith("equal: the page is as it was written: ")
    assert "equal: measure 1, minutes_to_school: before: 469 units, 10 draws" in outcome.lines
    assert verify(PAGE.replace("\n", "\r\n"), again).equal


def test_an_edited_figure_in_a_table_is_named() -> None:
    lose = again({"base": {"indicator": "minutes_to_school"}}).by("total")[0].lose
    edited = PAGE.replace(f'data-figure="0/total/all/lose">{lose:,}<', 'data-figure="0/total/all/lose">12<')
    assert edited != PAGE
    (line,) = wrong(edited)
    assert line == f"differs: the page shows '12' as measure 1, total, all, lose, the receipt says '{lose:,}'"


def test_an_edited_sentence_of_the_answer_is_named() -> None:
    edited = PAGE.replace("people lose and", "people complain and", 1)
    assert "measure 1, answer, 0" in wrong(edited)[0]


def test_other_edited_words_are_noticed() -> None:
    assert (
        "edited after it was written"
        in wrong(PAGE.replace("No behavioural response modelled", "All is modelled", 1))[0]
    )
    assert "edited after it was written" in wrong(PAGE.replace("</style>", ".worse{display:none}</style>", 1))[0]


def test_an_edited_or_missing_picture_is_named() -> None:
    uri = PAGE.split('id="map-1-change" src="', 1)[1].split('"', 1)[0]
    other = PAGE.split('id="map-1-before" src="', 1)[1].split('"', 1)[0]
    assert wrong(PAGE.replace(uri, other)) == ["differs: picture 'map-1-change' was changed"]
    start = PAGE.index('<img id="map-1-change"')
    gone = PAGE[:start] + PAGE[PAGE.index(">", start) + 1 :]
    assert wrong(gone) == ["differs: picture 'map-1-change' is gone"]


def test_a_removed_figure_is_missed() -> None:
    start = PAGE.index('<tr class="worse main">')
    gone = PAGE[:start] + PAGE[PAGE.index("</tr>", start) + 5 :]
    assert any(
        "measure 1, total, all, lose is in the receipt" in line and "no longer on the page" in line
        for line in wrong(gone)
    )


def test_a_forged_count_in_receipt_and_page_is_found_by_recomputing() -> None:
    measures = json.loads(json.dumps(read_receipt(PAGE)["measures"]))
    measures[0]["groups"][0]["lose"] = 12
    lines = wrong(with_receipt({"measures": measures}))
    lose = again(measures[0]).by("total")[0].lose
    assert lines == [f"differs: measure 1, minutes_to_school: total/all, lose: the receipt says 12, recomputed {lose}"]


def test_a_forged_page_and_receipt_are_found_by_recomputing() -> None:
    lose = again({"base": {"indicator": "minutes_to_school"}}).by("total")[0].lose
    forged = PAGE[: PAGE.index(OPENING)].replace(f">{lose:,}<", ">12<")
    receipt = read_receipt(PAGE)
    receipt["measures"][0]["printed"]["total/all/lose"] = "12"
    receipt["document"] = document_digest(forged + OPENING + PAGE[PAGE.rindex(CLOSING) :])
    receipt["digest"] = digests.of_json({k: v for k, v in receipt.items() if k != "digest"})
    lines = wrong(forged + block(receipt) + PAGE[PAGE.rindex(CLOSING) + len(CLOSING) :])
    told = f"figure total, all, lose: printed '12', recomputed '{lose:,}'"
    assert lines == [f"differs: measure 1, minutes_to_school: {told}"]


def test_an_edited_receipt_that_is_not_sealed_again_is_noticed() -> None:
    lines = wrong(with_receipt({"city": "Elsewhere"}, seal=False))
    assert lines == ["differs: the receipt itself was edited after the brief was written"]


def test_other_draws_are_found_and_explained() -> None:
    def moved(measure: dict[str, Any]) -> Comparison:
        found = again(measure)
        draws = found.after.draws.copy()
        draws[0, 0] += 1e-9
        receipt = replace(
            found.after.receipt, inputs={"streets": "f" * 32, "places": found.after.receipt.inputs["places"]}
        )
        return replace(found, after=replace(found.after, draws=draws, receipt=receipt))

    lines = [line for line in verify(PAGE, moved).lines if line.startswith("differs: measure 1")]
    assert lines[0].startswith("differs: measure 1, minutes_to_school: after: 469 units, 10 draws come out otherwise")
    assert "layer streets was aaaaaaaa and is ffffffff" in lines[0]


def test_what_cannot_be_recomputed_is_not_equal() -> None:
    def absent(measure: dict[str, Any]) -> Comparison:
        raise NotFoundError(Problem("city Sample", "it is not in this lab", "load it"))

    outcome = verify(PAGE, absent)
    assert not outcome.equal
    assert (
        "differs: measure 1, minutes_to_school: cannot be recomputed: city Sample: it is not in this lab (load it)"
        in outcome.lines
    )


def test_a_brief_without_a_plan_is_verified_by_its_values() -> None:
    base = samples.school_comparison(1)
    text = compose(
        BriefContent("Now", "?", samples.city(), measurements=((samples.minutes_to_school, base.base, base.people),))
    )
    outcome: Verification = verify(text, lambda measure: (base.base, base.people))
    assert outcome.equal, outcome.lines
    assert not verify(text, lambda measure: base).equal
    assert not verify(PAGE, lambda measure: (base.base, base.people)).equal


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html></html>", "there is no receipt in this file"),
        (PAGE[: PAGE.index(OPENING) + 400], "the receipt is cut off"),
        (PAGE.replace(OPENING, OPENING + "x", 1), "the JSON is damaged at line 1"),
        (PAGE + f"{OPENING}{{}}{CLOSING}", "there are 2 receipts"),
        (f"{OPENING}[]{CLOSING}", "a JSON object is expected"),
        (f'{OPENING}{{"format": 9}}{CLOSING}', "format 9 is not known"),
        (f'{OPENING}{{"format": 1, "city": "x"}}{CLOSING}', "incomplete: scenario, measures"),
        (with_receipt({"measures": [{"base": {}}]}), "it lacks its receipts, digests"),
        (with_receipt({"measures": "all"}), "measures must be a list, not str"),
    ],
)
def test_a_file_that_is_no_whole_brief_is_refused_with_a_reason(text: str, what: str) -> None:
    with pytest.raises(InputError, match="brief") as caught:
        read_receipt(text)
    assert what in str(caught.value)


def test_an_infinite_parameter_survives_the_receipt() -> None:
    receipt = {**read_receipt(PAGE), "scenario": {"limit": math.inf, "other": -math.inf}}
    assert read_receipt(block(receipt))["scenario"] == {"limit": math.inf, "other": -math.inf}


def test_the_digest_of_values_sees_any_draw_and_reason_and_no_sign_of_zero() -> None:
    base = samples.school_comparison(3).base
    draws = base.draws.copy()
    assert values_digest(replace(base, draws=draws)) == values_digest(base)
    assert values_digest(replace(base, draws=draws * 1.0 + 0.0)) == values_digest(base)
    draws[3, 1] = math.nextafter(draws[3, 1], math.inf)
    assert values_digest(replace(base, draws=draws)) != values_digest(base)
    reason = base.reason.copy()
    reason[0] = 5
    assert values_digest(replace(base, reason=reason)) != values_digest(base)


def test_a_swedish_brief_is_recomputed_in_swedish() -> None:
    assert read_receipt(SWEDISH)["language"] == "sv"
    assert "language" not in read_receipt(PAGE), "receipts in English stay as they were"
    outcome = verify(SWEDISH, again)
    assert outcome.equal, outcome.lines
    assert sum("figures in tables and sentences" in line for line in outcome.lines) == len(CONTENT.comparisons)


def test_a_changed_number_in_a_swedish_brief_is_named() -> None:
    whole = again({"base": {"indicator": "minutes_to_school"}}).by("total")[0].people
    told = f"{whole:,}".replace(",", "\u202f")
    assert whole > 999
    edited = SWEDISH.replace(f'"0/total/all/people">{told}<', '"0/total/all/people">12\u202f000<')
    assert edited != SWEDISH
    (line,) = wrong(edited)
    assert line.startswith("differs: the page shows '12\\u202f000' as measure 1, total, all, people")


def test_a_forged_number_in_a_swedish_page_and_receipt_is_found_by_recomputing() -> None:
    receipt = read_receipt(SWEDISH)
    true = receipt["measures"][0]["printed"]["total/all/lose"]
    forged = SWEDISH[: SWEDISH.index(OPENING)].replace(f'"0/total/all/lose">{true}<', '"0/total/all/lose">12<')
    receipt["measures"][0]["printed"]["total/all/lose"] = "12"
    receipt["document"] = document_digest(forged + OPENING + SWEDISH[SWEDISH.rindex(CLOSING) :])
    receipt["digest"] = digests.of_json({k: v for k, v in receipt.items() if k != "digest"})
    (line,) = wrong(forged + block(receipt) + SWEDISH[SWEDISH.rindex(CLOSING) + len(CLOSING) :])
    assert "figure total, all, lose: printed '12', recomputed" in line


def test_another_language_in_the_receipt_is_found_or_refused() -> None:
    assert any("printed" in line for line in wrong(with_receipt({"language": "sv"})))
    with pytest.raises(InputError, match="the language 'xx' is not known"):
        verify(with_receipt({"language": "xx"}), again)
