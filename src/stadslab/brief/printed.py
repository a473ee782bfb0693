"""Every figure a brief prints, by name: the document writes them from here, and `verify` makes them again."""

from __future__ import annotations

from stadslab.brief import words
from stadslab.brief.language import Language, saying
from stadslab.brief.numbers import percent, plain, with_unit
from stadslab.core.compare import Comparison
from stadslab.core.said import Digits, Said
from stadslab.core.support import Population
from stadslab.core.suppression import COUNTS, Row, rows_of
from stadslab.core.values import Values

NOT_STATED = Said("not stated")
BLANK = "–"
PARTS = ("lose", "gain", "same", "unknown")


def printed(comparison: Comparison, language: Language = "en") -> dict[str, str]:
    """Name to text of every figure about a comparison: `age/65 and older/lose`, `answer/0`, ..."""
    say = saying(language)
    rows = rows_of(comparison)
    found = {f"answer/{at}": sentence for at, sentence in enumerate(words.answer(comparison))}
    for groups in rows.values():
        for row in groups:
            found |= {
                f"{row.dimension}/{row.group}/{name}": text for name, text in _row(row, comparison.base.unit).items()
            }
    return {name: say(text) for name, text in found.items()}


def printed_of_values(values: Values, people: Population | None, language: Language = "en") -> dict[str, str]:
    """Name to text of every figure about a single measurement: the answer, and how it spreads over each group."""
    say = saying(language)
    found = {f"answer/{at}": sentence for at, sentence in enumerate(words.how_it_is(values, people))}
    if people is not None:
        found |= _spreads(values, people)
    return {name: say(text) for name, text in found.items()}


def _spreads(values: Values, people: Population) -> dict[str, str]:
    found: dict[str, str] = {}
    for dimension in people.dimensions:
        for group in people.groups(dimension):
            spread = words.spread(values, people, (dimension, group))
            texts = (BLANK,) * 3 if spread is None else (spread.low, spread.middle, spread.high)
            found |= {
                f"{dimension}/{group}/{n}": t for n, t in zip(("tenth", "half", "nine_tenths"), texts, strict=True)
            }
    return found


def published_rows(comparison: Comparison) -> list[dict[str, object]]:
    """The groups as data, hidden counts left out."""
    return [row.published() for groups in rows_of(comparison).values() for row in groups]


def _row(row: Row, unit: str) -> dict[str, str]:
    texts = {name: NOT_STATED if (count := row.counts[name]) is None else count.text for name in COUNTS}
    for name in PARTS:
        share = row.share(name)
        texts[f"{name}_share"] = BLANK if share is None else percent(share)
    mean = row.mean_change
    sign = "+" if mean is not None and mean > 0 else ""
    texts["mean_change"] = BLANK if mean is None else with_unit(Digits(f"{sign}{plain(mean, 2)}"), unit)
    return texts
