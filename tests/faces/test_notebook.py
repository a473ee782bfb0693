from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from stadslab.core.errors import InputError
from stadslab.faces.notebook import show
from tests.brief import samples


def test_values_and_comparisons_are_drawn_and_saved(tmp_path: Path) -> None:
    compared = samples.school_comparison(1)
    picture = show(compared.base, samples.city(), tmp_path / "now.png")
    assert (tmp_path / "now.png").read_bytes() == picture.png == picture._repr_png_()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (picture.width, picture.height)
    assert picture.alt.startswith("Map: How many minutes does it take to walk to the nearest school?")
    change = show(compared)
    assert change.alt.startswith("Map of the change: worse in ")
    assert change._repr_html_().startswith('<img src="data:image/png;base64,')
    assert change.save(tmp_path / "change.png") == tmp_path / "change.png"


def test_anything_else_is_refused() -> None:
    with pytest.raises(InputError, match="a dict cannot be drawn"):
        show({})  # type: ignore[arg-type]
