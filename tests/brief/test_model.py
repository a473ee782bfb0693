"""What a brief shows is put together once, for the page and for paper."""

from __future__ import annotations

from stadslab.brief.model import shown
from tests.brief import samples


def test_it_names_every_picture_and_every_figure() -> None:
    model = shown(samples.content(10))
    first, second = model["measures"]
    assert [p.id for p in first["pictures"]] == ["map-1-before", "map-1-after", "map-1-change"]
    assert set(model["receipt"]["pictures"]) == {p.id for m in (first, second) for p in m["pictures"]}
    assert first["figures"] == model["receipt"]["measures"][0]["printed"]
    assert first["uncertain"]
    assert not second["uncertain"]


def test_what_all_measures_leave_unknown_is_told_once() -> None:
    model = shown(samples.content(1))
    for sentence in model["shared"]:
        assert all(sentence in m["not_known"] for m in model["measures"])
    assert any("No behavioural response modelled" in s for s in model["shared"])


def test_each_source_is_named_once_with_the_layers_it_gave() -> None:
    content = samples.content(1)
    model = shown(content)
    assert sorted(layer["name"] for s in model["sources"] for layer in s["layers"]) == sorted(content.city.layers)
    titles = [(s["stamp"].source, s["stamp"].title, s["stamp"].vintage) for s in model["sources"]]
    assert len(titles) == len(set(titles))
