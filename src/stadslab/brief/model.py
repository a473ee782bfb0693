"""What a brief shows, put together once: the page and the printed document are both made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stadslab.brief import words
from stadslab.brief.basemap import Basemap, credit_of, is_synthetic
from stadslab.brief.classes import classes_of
from stadslab.brief.figures import Mark, change_map, value_map
from stadslab.brief.language import Language, about, saying
from stadslab.brief.numbers import plain, unit_words, with_unit
from stadslab.brief.picture import Picture
from stadslab.brief.printed import printed, printed_of_values
from stadslab.brief.receipt_block import measure_of, measure_of_values, receipt_of
from stadslab.core import digest as digests
from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.indicator import Indicator
from stadslab.core.layer import Stamp
from stadslab.core.receipt import Receipt
from stadslab.core.said import Said, joined
from stadslab.core.scenario import Scenario
from stadslab.core.support import Population
from stadslab.core.suppression import Row, rows_of
from stadslab.core.values import Values


@dataclass(frozen=True, slots=True)
class BriefContent:
    """Everything a brief says.

    sentences: the plan, one sentence an edit, in order; `Mark.number` refers to it. comparisons: indicator with its
    before and after. measurements: indicator with values and people, for a brief without a plan ("how it is now").
    written: the date on the page, blank for none (nothing here reads a clock). responses: whether behaviour was
    modelled. language: what the brief is told in; texts of people and of data stay as they are.
    """

    title: str
    question: str
    city: City
    scenario: Scenario | None = None
    sentences: Sequence[str] = ()
    comparisons: Sequence[tuple[Indicator, Comparison]] = ()
    marks: Sequence[Mark] = ()
    written: str = ""
    lab_version: str = ""
    measurements: Sequence[tuple[Indicator, Values, Population | None]] = ()
    responses: bool = False
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class _Shown:
    """One picture with the name the receipt knows it by."""

    id: str
    caption: str
    picture: Picture


def shown(content: BriefContent) -> dict[str, Any]:
    """Everything on the page by name, ready to be set: the same content gives the same.

    Texts remember what they were made of; who sets them tells them in the language of the content (`saying`). The
    figures and the receipt are in that language already.
    """
    language = content.language
    basemap = Basemap.of(content.city)
    basemap = replace(basemap, sign=saying(language)(basemap.sign))
    measures = [
        _compared(at, which, comparison, basemap, content) for at, (which, comparison) in enumerate(content.comparisons)
    ]
    start = len(measures)
    measures += [
        _measured(start + at, which, values, people, basemap, content)
        for at, (which, values, people) in enumerate(content.measurements)
    ]
    pictures = {
        map_.id: digests.of_bytes(map_.picture.data_uri.encode())
        for measure in measures
        for map_ in measure["pictures"]
    }
    data = [measure_of(c, language) for _, c in content.comparisons] + [
        measure_of_values(v, p, language) for _, v, p in content.measurements
    ]
    return {
        "content": content,
        "measures": measures,
        "shared": _shared(measures),
        "methods": _methods(measures),
        "credit": credit_of(content.city),
        "synthetic": is_synthetic(content.city),
        "sources": _sources(content.city),
        "receipt": receipt_of(content.city.name, content.scenario, data, pictures, language),
        "scenario_digest": "" if content.scenario is None else content.scenario.digest,
        "city_key": content.city.key(),
        "version": content.lab_version.removeprefix("stadslab "),
    }


def _compared(
    at: int, which: Indicator, comparison: Comparison, basemap: Basemap, content: BriefContent
) -> dict[str, Any]:
    base, after = comparison.base, comparison.after
    shared = classes_of(np.concatenate([base.mean(), after.mean()]))
    rows = rows_of(comparison)
    old = _Shown(
        f"map-{at + 1}-before", Said("Before"), value_map(base, basemap, classes=shared, legend=False, width_in=4.6)
    )
    new = _Shown(
        f"map-{at + 1}-after",
        Said("After"),
        value_map(after, basemap, classes=shared, legend=False, width_in=4.6, marks=content.marks),
    )
    change = _Shown(
        f"map-{at + 1}-change",
        Said("Change"),
        change_map(comparison, basemap, marks=content.marks, legend=False, width_in=5.6, closer=True),
    )
    everybody = next((row for row in rows.get("total", []) if row.group == "all"), None)
    return {
        **_common(at, which, base, content.language),
        "compares": True,
        "figures": printed(comparison, content.language),
        "answers": len(words.answer(comparison)),
        "before": old,
        "after": new,
        "change": change,
        "legend": _merged(old.picture, new.picture),
        "pictures": [old, new, change],
        "everybody": everybody,
        "uncertain": base.uncertain,
        "groups": [_dimension(name, groups) for name, groups in rows.items() if name != "total"],
        "reach": everybody is not None and any(everybody[name].text != "0" for name in ("cut_off", "reached")),
        "counted": bool(rows),
        "not_known": words.not_known(comparison, which.blind_spots, responses=content.responses),
        "receipts": [(Said("before"), base.receipt), (Said("after"), after.receipt)],
    }


def _measured(
    at: int, which: Indicator, values: Values, people: Population | None, basemap: Basemap, content: BriefContent
) -> dict[str, Any]:
    now = _Shown(
        f"map-{at + 1}-now",
        Said("How it is now"),
        value_map(values, basemap, legend=False, width_in=7.2, marks=content.marks),
    )
    figures = printed_of_values(values, people, content.language)
    return {
        **_common(at, which, values, content.language),
        "compares": False,
        "figures": figures,
        "answers": len(words.how_it_is(values, people)),
        "now": now,
        "legend": now.picture.legend,
        "pictures": [now],
        "groups": [] if people is None else [(name, people.groups(name)) for name in people.dimensions],
        "counted": people is not None,
        "not_known": words.not_known_of_values(values, people, which.blind_spots),
        "receipts": [(Said("now"), values.receipt)],
    }


def _common(at: int, which: Indicator, values: Values, language: Language) -> dict[str, Any]:
    return {
        "at": at,
        "indicator": which,
        "heading": _heading(which, values),
        "unit": unit_words(values.unit),
        "direction": words.direction(values),
        "parameters": _parameters(which, values.receipt),
        "units_kind": words.kind_of_support(values.support.kind, len(values)),
        "about": about(which.about, language) or paragraphs(which.about),
        "coverage": _coverage(values.coverage),
    }


def _coverage(share: float) -> str:
    """A share in whole per cents, none and all of it only when it is."""
    number = 100 * share if share in (0.0, 1.0) else min(max(100 * share, 1), 99)
    return Said("{number:.0f}%", number=number)


def _shared(measures: list[dict[str, Any]]) -> list[str]:
    """What is not known of any figure: the sentences that all measures have in common, told once."""
    if len(measures) < 2:
        return []
    return [s for s in measures[0]["not_known"] if all(s in m["not_known"] for m in measures)]


def _methods(measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry an indicator; a parameter that differs between its measures shows all its values."""
    found: dict[str, dict[str, Any]] = {}
    for measure in measures:
        entry = found.setdefault(measure["indicator"].id, {**measure, "parameters": {}})
        for row in measure["parameters"]:
            known = entry["parameters"].setdefault(row["name"], {**row, "values": {}})
            known["values"][row["value"]] = None
    return [
        {**e, "parameters": [{**p, "value": joined(" / ", list(p["values"]))} for p in e["parameters"].values()]}
        for e in found.values()
    ]


def _heading(which: Indicator, values: Values) -> str:
    """The question, with the choices in words that set it apart: `How long is the walk ...? · school`."""
    defaults = {param.name: param.default for param in which.params}
    texts = {k: v for k, v in values.receipt.params.items() if isinstance(v, str) and v}
    chosen = [Said(v.replace("_", " ")) for k, v in texts.items() if v != defaults.get(k)]
    return joined(" · ", [Said(values.question), *chosen])


def paragraphs(text: str) -> list[str]:
    """What the documentation says, up to where it turns technical."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return [p.replace("`", "") for p in paragraphs if p and not p.startswith(("Returns", "Raises", "Shapes"))]


def _parameters(which: Indicator, receipt: Receipt) -> list[dict[str, str]]:
    known = {param.name: param for param in which.params}
    rows = []
    for name, value in receipt.params.items():
        param = known.get(name)
        text = plain(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else _spoken(value)
        unit = param.unit if param is not None else ""
        meaning = Said(param.about) if param is not None else ""
        rows.append({"name": name, "value": with_unit(text, unit), "about": meaning, "short": _readable(name)})
    return rows


def _readable(name: str) -> str:
    """A parameter's name without the unit it ends in: the value carries its own."""
    if name in ("minutes", "max_minutes"):
        return Said("within" if name == "minutes" else "at most")
    for ending in ("_m_s", "_km_h", "_m", "_s", "_min"):
        if name.endswith(ending):
            return Said(name.removesuffix(ending).replace("_", " "))
    return Said(name.replace("_", " "))


def _spoken(value: object) -> str:
    if value is None:
        return Said("not set")
    if isinstance(value, bool):
        return Said("yes" if value else "no")
    if isinstance(value, list | tuple):
        return joined(", ", [str(v) for v in value])
    return Said(str(value).replace("_", " "))


def _dimension(name: str, rows: list[Row]) -> dict[str, Any]:
    """A dimension's table: rows with the width of their bars, as shares of the longest one."""
    shares = [s for row in rows for s in (row.share("lose"), row.share("gain")) if s]
    longest = max(shares, default=1.0)
    bars = [{side: round(100 * (row.share(side) or 0.0) / longest, 1) for side in ("lose", "gain")} for row in rows]
    return {"name": Said(name), "noun": words.noun(name), "rows": list(zip(rows, bars, strict=True))}


def _merged(old: Picture, new: Picture) -> Any:
    """One legend for two maps with the same classes: what only one of them needs is added."""
    if old.legend is None or new.legend is None:
        return old.legend or new.legend
    extra = [s for s in new.legend.swatches if s not in old.legend.swatches]
    return type(old.legend)(old.legend.title, (*old.legend.swatches, *extra))


def _sources(city: City) -> list[dict[str, Any]]:
    """One row a source and edition, with the layers that came from it."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for name in sorted(city.layers):
        stamp: Stamp = city.layers[name].stamp
        key = (stamp.source, stamp.title, stamp.licence, stamp.vintage)
        row = found.setdefault(key, {"stamp": stamp, "layers": []})
        row["layers"].append(
            {
                "name": name,
                "digest": city.layers[name].digest,
                "verdict": stamp.verdict.sentence(),
                "notes": stamp.verdict.notes,
            }
        )
    return list(found.values())
