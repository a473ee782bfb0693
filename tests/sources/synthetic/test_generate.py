import hashlib
import json
from pathlib import Path

import pytest

from stadslab.sources.synthetic.generate import SyntheticCity, generate


def digests(city: SyntheticCity) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in city.files}


def test_same_seed_same_bytes(village: SyntheticCity, fresh_folder: Path) -> None:
    again = generate(fresh_folder, people=800, seed=3)
    assert digests(again) == digests(village)


def test_writing_over_an_old_city_leaves_the_same_bytes(fresh_folder: Path) -> None:
    first = digests(generate(fresh_folder, people=600, seed=5))
    assert digests(generate(fresh_folder, people=600, seed=5)) == first


def test_another_seed_is_another_city(village: SyntheticCity, fresh_folder: Path) -> None:
    other = digests(generate(fresh_folder, people=800, seed=4))
    mine = digests(village)
    assert all(other[name] != mine[name] for name in mine)


def test_every_file_is_written_and_labelled(city: SyntheticCity) -> None:
    assert all(path.stat().st_size > 0 for path in city.files)
    assert sorted(path.name for path in city.folder.iterdir()) == sorted(path.name for path in city.files)
    truths = json.loads(city.truths_file.read_text(encoding="utf-8"))
    assert truths == city.truths
    assert truths["label"] == "SYNTHETIC"
    assert truths["synthetic"] is True
    assert city.readme.read_text(encoding="utf-8").startswith("SYNTHETIC DATA")


@pytest.mark.parametrize("people", [500, 1999, 2000])
def test_small_sizes_have_everything_that_is_promised(people: int, fresh_folder: Path) -> None:
    truths = generate(fresh_folder, people=people, seed=11).truths
    assert truths["people"]["totals"]["total"] == people
    assert truths["lone_island"]["people"] > 0
    kinds = truths["places"]["by_kind"]
    for kind in (
        "school",
        "kindergarten",
        "clinic",
        "hospital",
        "fire_station",
        "nursing_home",
        "pharmacy",
        "supermarket",
    ):
        assert kinds.get(kind, 0) >= 1, kind


def test_progress_is_told_stage_by_stage(fresh_folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(fresh_folder, people=500, seed=1, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert told[-1][1] == told[-1][2]


def test_nonsense_is_refused_all_at_once(fresh_folder: Path) -> None:
    with pytest.raises(ValueError, match=r"people=3.*seed=-1.*name='a/b'"):
        generate(fresh_folder, people=3, seed=-1, name="a/b")
    assert not fresh_folder.exists()
