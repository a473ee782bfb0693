"""The brief as a PDF: tagged for screen readers, its text selectable, its receipt an attached file."""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from stadslab.brief.model import BriefContent, shown
from stadslab.brief.receipt_block import readable


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
    """What the template sets, as plain values."""
    content: BriefContent = model["content"]
    scenario = content.scenario
    facts = [("City", content.city.name)]
    if scenario is not None:
        facts += [("Plan", scenario.name), ("Owner", scenario.by), ("Cost", scenario.cost)]
        facts.append(("From", scenario.from_date))
    credit = model["credit"]
    marked = "Numbers on the maps refer to the plan." if content.marks else ""
    made = f"Made with Stadslab {model['version']}".rstrip()
    return {
        "language": "en",
        "title": content.title,
        "owner": scenario.by if scenario is not None else "",
        "question": content.question,
        "kicker": " · ".join(filter(None, ["Stadslab · brief", content.written])),
        "synthetic_word": "Synthetic.",
        "synthetic": SYNTHETIC if model["synthetic"] else "",
        "facts": [{"name": name, "value": value} for name, value in facts if value],
        "has_plan": scenario is not None,
        "why": "" if scenario is None or scenario.why == content.question else scenario.why,
        "sentences": list(content.sentences),
        "credit": " · ".join(filter(None, [credit, marked if content.comparisons else ""])),
        "measures": [_measure(m, model["shared"]) for m in model["measures"]],
        "shared": model["shared"],
        "methods": [_method(m) for m in model["methods"]],
        "sources": [_source(s) for s in model["sources"]],
        "keys": _keys(model),
        "made": " · ".join(filter(None, [made, credit])),
        "words": WORDS,
    }


def _measure(m: dict[str, Any], shared: list[str]) -> dict[str, Any]:
    chosen = " · ".join([*(f"{p['short']}: {p['value']}" for p in m["parameters"]), m["direction"]])
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
        groups = [_dimension(g) for g in m["groups"]]
        return {**found, "counted": everybody, "reach": m["reach"], "uncertain": m["uncertain"], "groups": groups}
    unit = f" ({m['unit']})" if m["unit"] else ""
    rows = [
        {"name": "everybody" if d == "total" else f"{d}: {group}", "key": f"{d}/{group}"}
        for d, groups in m["groups"]
        for group in groups
    ]
    return {**found, "spread_title": f"How it spreads over people{unit}", "spread": rows}


def _dimension(g: dict[str, Any]) -> dict[str, Any]:
    rows = [{"group": r.group, "key": f"{r.dimension}/{r.group}", **bar} for r, bar in g["rows"]]
    name, noun = g["name"].capitalize(), g["noun"].capitalize()
    head = [name, noun, "Lose", "Share that loses", "Gain", "Share that gains", "Change, average"]
    return {"name": g["name"], "title": f"By {g['name']}", "head": head, "rows": rows}


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
    unit = f", in {m['unit']}" if m["unit"] else ""
    measured = f"Measured on {m['units_kind']}; {m['coverage']} of them have an answer."
    return {
        "id": m["indicator"].id,
        "about": m["about"],
        "measured": f"{measured} Method {m['indicator'].method}{unit}.",
        "parameters": m["parameters"],
        "after": f"After {'; '.join(m['indicator'].cites)}." if m["indicator"].cites else "",
    }


def _source(s: dict[str, Any]) -> dict[str, Any]:
    stamp = s["stamp"]
    title = stamp.title
    if stamp.synthetic and "synthetic" not in title.lower():
        title += " (synthetic)"
    layers = [
        {"name": layer["name"], "verdict": f"{layer['verdict']}.", "notes": list(layer["notes"])}
        for layer in s["layers"]
    ]
    return {
        "title": title,
        "homepage": stamp.homepage,
        "licence": stamp.licence,
        "attribution": stamp.attribution,
        "vintage": stamp.vintage or "not stated",
        "layers": layers,
    }


def _keys(model: dict[str, Any]) -> list[dict[str, str]]:
    content: BriefContent = model["content"]
    rows = [(f"city {content.city.name}", model["city_key"], "")]
    if content.scenario is not None:
        rows.append((f"plan {content.scenario.name}", model["scenario_digest"], ""))
    for m, data in zip(model["measures"], model["receipt"]["measures"], strict=True):
        for word, receipt in m["receipts"]:
            digest = data["after_digest" if word == "after" else "base_digest"]
            rows.append((f"{m['at'] + 1} {m['indicator'].id}, {word}", receipt.key, digest))
    rows += [(f"layer {layer['name']}", layer["digest"], "") for s in model["sources"] for layer in s["layers"]]
    return [{"name": name, "key": key, "digest": digest} for name, key, digest in rows]


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
