"""One self-contained HTML file that answers a question about a plan, on screen and on paper."""

from __future__ import annotations

from typing import Any

from stadslab.brief.language import Language, saying
from stadslab.brief.model import BriefContent, shown
from stadslab.brief.receipt_block import CLOSING, OPENING, sealed
from stadslab.core.said import Digits, Said, Sentence

EMPTY_BLOCK = OPENING + CLOSING


def compose(content: BriefContent) -> str:
    """The brief as HTML text: the same content gives the same bytes.

    Names from data are escaped, and nothing is loaded from outside.
    """
    model = shown(content)
    document: str = _template(content.language).render(model, empty_block=EMPTY_BLOCK)
    document = document.replace("\r\n", "\n")
    return document.replace(EMPTY_BLOCK, sealed(model["receipt"], document), 1)


def _template(language: Language) -> Any:
    import jinja2

    say = saying(language)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("stadslab.brief"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: say(value) if isinstance(value, Said | Digits | Sentence) else value,
    )
    environment.filters["swatch"] = _swatch_class
    environment.filters["capital"] = lambda text: say(text).capitalize()
    environment.globals.update(empty_block="", say=lambda text, **values: say(Said(text, **values)), language=language)
    return environment.get_template("brief.html")


def _swatch_class(hatch: str) -> str:
    return {"///": "striped", "////": "white-striped", "...": "dotted", "xxx": "crossed", "ooo": "ringed"}.get(
        hatch, ""
    )
