"""JSON files are read strictly, and complaints name file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.core.errors import InputError, StoreError
from stadslab.store import jsonfile


def test_a_damaged_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"format": 1,\n "name": }')
    with pytest.raises(StoreError, match=r"plan\.json.*line 2"):
        jsonfile.read_json(path, "mend it")


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[1, 2", "", "\xff"])
def test_what_is_not_one_clear_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="plan"):
        jsonfile.parse_json(text.encode("latin-1"), "plan", "mend it")


def test_a_good_value_comes_back() -> None:
    assert jsonfile.parse_json(b'{"a": [1, "\xc3\xa5"]}', "plan", "") == {"a": [1, "å"]}
