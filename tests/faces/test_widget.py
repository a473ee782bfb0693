"""The widget: what it carries, and the picture for pages where none runs."""

from __future__ import annotations

import base64
import importlib
import io
from pathlib import Path

import pytest
from PIL import Image

from stadslab.faces import notebook
from stadslab.faces.mapped import mapped
from tests.brief import samples

pytest.importorskip("anywidget")


@pytest.fixture
def widget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The widget's module, with a bundle in place of the built one."""
    code = tmp_path / "widget.js"
    code.write_text("export default { render() {} };", encoding="utf-8")
    monkeypatch.setattr(notebook, "CODE", code)
    return importlib.import_module("stadslab.faces.widget")


def _in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "in_notebook", lambda: True)


def test_in_a_notebook_the_map_is_live_and_the_picture_stays(widget, monkeypatch, tmp_path):
    _in_a_notebook(monkeypatch)
    compared = samples.school_comparison(1)
    live = notebook.show(compared, samples.city(), tmp_path / "change.png")
    assert isinstance(live, widget.MapWidget)
    assert (tmp_path / "change.png").read_bytes() == live.png
    assert [view["name"] for view in live.told["views"]] == ["change", "before", "after"]
    assert live.alt.startswith("Map of the change: worse in ")
    data, about = live._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.size == (live.picture.width, live.picture.height)
    assert about["image/png"]["width"] == live.picture.width // 2
    assert data["text/plain"].startswith("MapWidget(Map of the change")
    assert live.save(tmp_path / "again.png").read_bytes() == live.png


def test_what_it_carries_travels_and_its_look_can_be_chosen(widget):
    values = samples.school_comparison(1).base
    live = widget.MapWidget(mapped(values, None), notebook.show(values), notebook.CODE)
    state = live.get_state()
    assert {"told", "language", "theme", "alt", "_esm"} <= set(state)
    assert "render" in state["_esm"]
    live.language, live.theme = "sv", "dark"
    with pytest.raises(Exception, match="language"):
        live.language = "xx"


def test_elsewhere_and_without_the_bundle_it_stays_a_picture(widget, monkeypatch, tmp_path):
    values = samples.school_comparison(1).base
    assert not isinstance(notebook.show(values), widget.MapWidget)
    _in_a_notebook(monkeypatch)
    monkeypatch.setattr(notebook, "CODE", tmp_path / "missing.js")
    assert not isinstance(notebook.show(values), widget.MapWidget)


def test_without_the_extra_it_stays_a_picture(widget, monkeypatch):
    _in_a_notebook(monkeypatch)
    monkeypatch.setattr(notebook, "find_spec", lambda name: None)
    assert not isinstance(notebook.show(samples.school_comparison(1).base), widget.MapWidget)


def test_a_kernel_is_told_from_a_terminal(monkeypatch):
    import sys
    import types

    assert not notebook.in_notebook()
    for shell, said in ((None, False), (types.SimpleNamespace(), False), (types.SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert notebook.in_notebook() is said
