"""Kinds of place: words a planner uses."""

from __future__ import annotations

import pytest

from stadslab.core.errors import InputError
from stadslab.core.kinds import GROUP_OF, GROUPS, KINDS, kinds_named


def test_every_kind_is_in_one_group_and_no_word_means_two_things() -> None:
    assert len(KINDS) == sum(len(kinds) for kinds in GROUPS.values())
    both = set(KINDS) & set(GROUPS)
    assert all(GROUPS[word] == (word,) for word in both), both
    assert "any" not in {*KINDS, *GROUPS}


def test_a_kind_a_group_or_any() -> None:
    assert kinds_named("school") == ("school",)
    assert kinds_named("health") == GROUPS["health"]
    assert kinds_named("any") == KINDS
    assert all(GROUP_OF[k] == "health" for k in kinds_named("health"))


def test_a_word_nobody_knows() -> None:
    with pytest.raises(InputError, match=r"kind: no kind of place is called 'farmacy' \(did you mean pharmacy"):
        kinds_named("farmacy")
    with pytest.raises(InputError, match=r"here: .*'zzz' \(groups: education, health"):
        kinds_named("zzz", "here")
