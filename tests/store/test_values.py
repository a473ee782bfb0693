"""Answers kept: the same numbers back, damage counts as absent, receipts outlive them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.store.folder import LabFolder
from stadslab.store.values import Evicted, evict, load_receipt, load_values, save_values, support_digests
from tests.store import made


@pytest.fixture
def folder(tmp_path: Path) -> LabFolder:
    return LabFolder.open(tmp_path / "a.lab")


@pytest.mark.parametrize("draws", [1, 2, 30])
def test_an_answer_comes_back_as_it_was(folder: LabFolder, draws: int) -> None:
    values = made.answer(6, draws)
    save_values(folder, values.receipt.key, values)
    back = load_values(folder, values.receipt.key)
    assert back is not None
    assert back.draws.dtype == np.float64
    assert np.array_equal(back.draws, values.draws, equal_nan=True)
    assert back.reason.dtype == np.int8
    assert back.reason.tolist() == values.reason.tolist()
    for name in ("indicator", "question", "unit", "direction", "receipt"):
        assert getattr(back, name) == getattr(values, name)
    assert back.receipt.key == values.receipt.key
    assert (back.support.kind, back.support.ids, back.support.digest) == (
        values.support.kind,
        values.support.ids,
        values.support.digest,
    )
    assert back.support.geometry.equals(values.support.geometry)
    assert np.array_equal(back.support.points, values.support.points)
    assert back.table().schema.equals(values.table().schema, check_metadata=True)


def test_other_programs_read_the_numbers(folder: LabFolder) -> None:
    save_values(folder, "k", made.answer(4, 2))
    with pa.OSFile(str(folder.values / "k.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
    assert table.column_names == ["id", "reason", "geometry", "x", "y", "draw_0", "draw_1"]
    assert b"walk_access" in table.schema.metadata[b"stadslab"]


def test_which_ruler_an_answer_is_on_is_told_without_reading_its_numbers(folder: LabFolder) -> None:
    values = made.answer(4, 2)
    save_values(folder, "k", values)
    (folder.values / "torn.arrow").write_bytes(b"ARROW1")
    found = support_digests(folder)
    assert found == {"k.arrow": values.support.digest}
    (folder.values / "k.arrow").write_bytes(b"unread")
    assert support_digests(folder, found) == found
    assert support_digests(folder) == {}


def test_absent_is_none(folder: LabFolder) -> None:
    assert load_values(folder, "nothing") is None
    with pytest.raises(InputError):
        load_values(folder, "../lab")


def test_every_damaged_byte_counts_as_absent_or_is_harmless(folder: LabFolder) -> None:
    values = made.answer(20)
    save_values(folder, "k", values)
    path = folder.values / "k.arrow"
    good = path.read_bytes()
    rng = np.random.default_rng(3)
    gone = 0
    spots = rng.choice(len(good), 300, replace=False)
    for spot in spots:
        path.write_bytes(good[:spot] + bytes([good[spot] ^ (1 << int(rng.integers(8)))]) + good[spot + 1 :])
        back = load_values(folder, "k")
        if back is None:
            gone += 1
            assert not path.exists()
        else:
            assert np.array_equal(back.draws, values.draws, equal_nan=True)
            assert (back.support.ids, back.unit, back.receipt) == (values.support.ids, values.unit, values.receipt)
            assert back.reason.tolist() == values.reason.tolist()
    assert gone > len(spots) / 4


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_cut_file_counts_as_absent(folder: LabFolder, share: float) -> None:
    values = made.answer()
    save_values(folder, "k", values)
    path = folder.values / "k.arrow"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert load_values(folder, "k") is None
    assert not path.exists()
    save_values(folder, "k", values)
    assert load_values(folder, "k") is not None


def test_the_oldest_answers_go_first_and_receipts_stay(folder: LabFolder) -> None:
    values = made.answer()
    for age, key in enumerate(["newest", "middle", "oldest"]):
        save_values(folder, key, values)
        os.utime(folder.values / f"{key}.arrow", ns=(0, 10**12 - age))
    size = (folder.values / "newest.arrow").stat().st_size
    assert evict(folder, 3 * size) == Evicted(0, 0)
    assert evict(folder, 2 * size) == Evicted(1, size)
    assert sorted(p.stem for p in folder.values.iterdir()) == ["middle", "newest"]
    assert evict(folder, 2 * size - 1) == Evicted(1, size)
    assert [p.stem for p in folder.values.iterdir()] == ["newest"]
    assert evict(folder, 0) == Evicted(1, size)
    assert evict(folder, 0) == Evicted(0, 0)
    for key in ("newest", "middle", "oldest"):
        assert load_values(folder, key) is None
        assert load_receipt(folder, key) == values.receipt
    with pytest.raises(NotFoundError, match="no receipt 'never'"):
        load_receipt(folder, "never")
