"""Tiles to take along."""

from __future__ import annotations

import gzip

from stadslab.build.tilepack import pack

BOUNDS = (18.0, 59.3, 18.1, 59.35)  # 0.1 degrees across: 1,165 pixels at zoom 13


def test_all_zooms_are_there_and_every_tile_is_whole():
    packed = pack(lambda z, x, y: f"{z}/{x}/{y}".encode(), BOUNDS, most_bytes=10**6, last=14)
    assert (packed.first, packed.deepest) == (10, 14)
    assert {name.split("/")[0] for name in packed.index} == {"10", "11", "12", "13", "14"}
    for name, (start, end) in packed.index.items():
        assert gzip.decompress(packed.content[start:end]).decode() == name
    assert max(end for _, end in packed.index.values()) == len(packed.content)


def test_zooms_that_do_not_fit_are_left_out_whole():
    packed = pack(lambda z, x, y: bytes(str((z, x, y)), "ascii"), BOUNDS, most_bytes=300, last=14)
    assert packed.first <= packed.deepest < 14
    assert len(packed.content) <= 300
    assert {int(name.split("/")[0]) for name in packed.index} == set(range(packed.first, packed.deepest + 1))


def test_the_first_zoom_always_comes_along():
    packed = pack(lambda z, x, y: b"x" * 500, BOUNDS, most_bytes=1, last=14)
    assert packed.deepest == packed.first
    assert packed.index


def test_empty_tiles_are_not_there_and_the_same_city_gives_the_same_bytes():
    def cut(z, x, y):
        return b"" if x % 2 else b"tile"

    packed = pack(cut, BOUNDS, most_bytes=10**6, last=12)
    assert all(int(name.split("/")[1]) % 2 == 0 for name in packed.index)
    assert packed == pack(cut, BOUNDS, most_bytes=10**6, last=12)


def test_one_point_and_the_whole_world_are_places_too():
    def cut(z, x, y):
        return b"tile"

    assert pack(cut, (18.0, 59.0, 18.0, 59.0), most_bytes=10**4, last=14).first == 14
    assert pack(cut, (-180.0, -90.0, 180.0, 90.0), most_bytes=500, last=14).first == 0
