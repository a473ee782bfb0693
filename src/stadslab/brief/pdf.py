"""The brief as a PDF: tagged for screen readers, its text selectable, its receipt an attached file."""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from stadslab.brief.language import Say, saying, told
from stadslab.brief.model import BriefContent, shown
from stadslab.brief.receipt_block import readable
from stadslab.core.said import Said, joined


def compose_pdf(content: BriefContent) -> bytes:
    """The brief as a PDF file: the same content gives the same bytes.

    It says what the page of `compose` says. Names from data go in as data, and nothing is loaded from outside.
    """
    import typst

    model = shown(content)
    pictures = {f"{p.id}.png": p.picture.png for m in model["measures"] for p in m["pictures"]}
    parts = {
        "brief.typ": files("stadslab.brief").joinpath("templates/brief.typ").read_bytes(),
        "brief.json": json.dumps(_page(model), ensure_ascii=False).encode(),
        "receipt.json": readable(model["receipt"]).encode(),
        **pictures,
    }
    with tempfile.TemporaryDirectory(prefix="stadslab-brief-") as folder:
        root = Path(folder)
        for name, data in parts.items():
            (root / name).write_bytes(data)
        made = typst.compile(
            root / "brief.typ",
            root=root,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards="ua-1",  # accessible: a picture without words or a missing title is refused
            timestamp=0,
        )
    assert isinstance(made, bytes)
    return made


def _page(model: dict[str, Any]) -> dict[str, Any]:
    """What the template sets, as plain values in the language of the brief."""
    content: BriefContent = model["content"]
    say = saying(content.language)
    scenario = content.scenario
    facts = [(Said("City"), content.city.name)]
    if scenario is not None:
        facts += [(Said("Plan"), scenario.name), (Said("Owner"), scenario.by), (Said("Cost"), scenario.cost)]
        facts.append((Said("From"), scenario.from_date))
    credit = model["credit"]
    marked = Said("Numbers on the maps refer to the plan.") if content.marks and content.comparisons else ""
    version = model["version"]
    made = Said("Made with Stadslab {version}", version=version) if version else Said("Made with Stadslab")
    page = {
        "language": content.language,
        "title": content.title,
        "owner": scenario.by if scenario is not None else "",
        "question": content.question,
        "kicker": _dotted(Said("Stadslab · brief"), content.written),
        "synthetic_word": Said("Synthetic."),
        "synthetic": Said(SYNTHETIC) if model["synthetic"] else "",
        "facts": [{"name": name, "value": value} for name, value in facts if value],
        "has_plan": scenario is not None,
        "why": "" if scenario is None or scenario.why == content.question else scenario.why,
        "sentences": list(content.sentences),
        "credit": _dotted(credit, marked),
        "measures": [_measure(m, model["shared"], say) for m in model["measures"]],
        "shared": model["shared"],
        "methods": [_method(m) for m in model["methods"]],
        "sources": [_source(s) for s in model["sources"]],
        "keys": _keys(model),
        "made": _dotted(made, credit),
        "words": _words(),
    }
    return {key: told(value, say) for key, value in page.items()}


def _measure(m: dict[str, Any], shared: list[str], say: Say) -> dict[str, Any]:
    chosen = _dotted(*(joined(": ", [p["short"], p["value"]]) for p in m["parameters"]), m["direction"])
    found: dict[str, Any] = {
        "heading": m["heading"],
        "with": chosen,
        "figures": m["figures"],
        "answers": [m["figures"][f"answer/{at}"] for at in range(m["answers"])],
        "compares": m["compares"],
        "counted": m["counted"],
        "legend": _legend(m["legend"]),
        "not_known": [s for s in m["not_known"] if s not in shared],
        **{name: _picture(m[name]) for name in ("before", "after", "change", "now") if name in m},
    }
    if m["compares"]:
        everybody = m["everybody"] is not None
        groups = [_dimension(g, say) for g in m["groups"]]
        return {**found, "counted": everybody, "reach": m["reach"], "uncertain": m["uncertain"], "groups": groups}
    rows = [
        {"name": Said("everybody") if d == "total" else joined(": ", [Said(d), Said(group)]), "key": f"{d}/{group}"}
        for d, groups in m["groups"]
        for group in groups
    ]
    title: str = Said("How it spreads over people")
    if m["unit"]:
        title = Said("{title} ({unit})", title=title, unit=m["unit"])
    return {**found, "spread_title": title, "spread": rows}


def _dimension(g: dict[str, Any], say: Say) -> dict[str, Any]:
    rows = [{"group": Said(r.group), "key": f"{r.dimension}/{r.group}", **bar} for r, bar in g["rows"]]
    title = Said("By {dimension}", dimension=g["name"])
    head = [say(g["name"]).capitalize(), say(g["noun"]).capitalize(), *(Said(text) for text in GROUP_HEAD)]
    return {"name": g["name"], "title": title, "head": head, "rows": rows}


def _picture(shown: Any) -> dict[str, Any]:
    picture = shown.picture
    return {
        "file": f"{shown.id}.png",
        "caption": shown.caption,
        "note": picture.note,
        "alt": picture.alt,
        "legend": _legend(picture.legend),
    }


def _legend(legend: Any) -> dict[str, Any] | None:
    if legend is None:
        return None
    swatches = [{"colour": s.colour, "label": s.label, "hatch": s.hatch} for s in legend.swatches]
    return {"title": legend.title, "swatches": swatches}


def _method(m: dict[str, Any]) -> dict[str, Any]:
    text = "Measured on {units}; {coverage} of them have an answer."
    measured = Said(text, units=m["units_kind"], coverage=m["coverage"])
    text = "Method {method}, in {unit}." if m["unit"] else "Method {method}."
    method = Said(text, method=m["indicator"].method, unit=m["unit"])
    return {
        "id": m["indicator"].id,
        "about": m["about"],
        "measured": joined(" ", [measured, method]),
        "parameters": m["parameters"],
        "after": Said("After {works}.", works="; ".join(m["indicator"].cites)) if m["indicator"].cites else "",
    }


def _source(s: dict[str, Any]) -> dict[str, Any]:
    stamp = s["stamp"]
    title = stamp.title
    if stamp.synthetic and "synthetic" not in title.lower():
        title = Said("{title} {synthetic}", title=title, synthetic=Said("(synthetic)"))
    layers = [
        {
            "name": Said(layer["name"]),
            "verdict": Said("{verdict}.", verdict=layer["verdict"]),
            "notes": list(layer["notes"]),
        }
        for layer in s["layers"]
    ]
    return {
        "title": title,
        "homepage": stamp.homepage,
        "licence": stamp.licence,
        "attribution": stamp.attribution,
        "vintage": stamp.vintage or Said("not stated"),
        "layers": layers,
    }


def _keys(model: dict[str, Any]) -> list[dict[str, str]]:
    content: BriefContent = model["content"]
    rows: list[tuple[str, str, str]] = [(Said("city {name}", name=content.city.name), model["city_key"], "")]
    if content.scenario is not None:
        rows.append((Said("plan {name}", name=content.scenario.name), model["scenario_digest"], ""))
    for m, data in zip(model["measures"], model["receipt"]["measures"], strict=True):
        for word, receipt in m["receipts"]:
            digest = data["after_digest" if word == "after" else "base_digest"]
            rows.append((joined(", ", [f"{m['at'] + 1} {m['indicator'].id}", word]), receipt.key, digest))
    rows += [
        (Said("layer {name}", name=layer["name"]), layer["digest"], "")
        for s in model["sources"]
        for layer in s["layers"]
    ]
    return [{"name": name, "key": key, "digest": digest} for name, key, digest in rows]


def _dotted(*texts: str) -> str:
    return joined(" · ", [text for text in texts if text])


def _words() -> dict[str, Any]:
    """The words of the template, which remember that they are templates."""
    return {key: Said(text) if isinstance(text, str) else [Said(t) for t in text] for key, text in WORDS.items()}


GROUP_HEAD = ("Lose", "Share that loses", "Gain", "Share that gains", "Change, average")
SYNTHETIC = "This city is made up. Nothing here says anything about a real place."
WORDS = {
    "answer": "The answer",
    "plan": "The plan",
    "no_plan": "The plan changes nothing.",
    "ledger": "Who loses and who gains",
    "ledger_head": ["What happens", "People", "Share"],
    "lose": "Lose",
    "gain": "Gain",
    "cut_off": "can no longer get there",
    "reached": "newly get there",
    "sure": "sure (9 of 10 draws)",
    "same": "No change",
    "unknown": "Not known",
    "everybody": "Everybody",
    "shares": (
        "Shares are of the group itself. The average change is over everybody in the group whose change is a number, "
        "those without any change included."
    ),
    "spread_head": ["Group", "A tenth have at most", "Half have at most", "A tenth have at least"],
    "among": "Among those who can get there.",
    "not_known": "What is not known",
    "method": "How it was measured",
    "parameter_head": ["Parameter", "Value", "Meaning"],
    "sources": "Sources",
    "source_head": ["Source", "Licence and credit", "Edition", "What was read"],
    "no_layers": "The city has no layers.",
    "receipt": "Receipt",
    "receipt_about": (
        "Every figure above can be made again from what is named here and in the file attached to this document. The "
        "same brief as a page (.html) is what “stadslab verify” reads: it recomputes the figures and says “equal”, or "
        "what differs."
    ),
    "receipt_head": ["What", "Key", "Digest of the answer"],
    "receipt_file": "The receipt: what every figure in this brief was made of",
}
