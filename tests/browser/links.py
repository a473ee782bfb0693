"""Shared links, written and read here as the page writes and reads them (`web/src/state/link.ts`)."""

from __future__ import annotations

import base64
import json
from typing import Any

LOOK = {
    "mode": "look",
    "second": None,
    "scheme": "quantile",
    "classes": 6,
    "brush": None,
    "unsure": "texture",
    "pinned": None,
    "areas": None,
}
CHANGE = {"mode": "change", "tool": None, "selected": None}
COMPARE = {
    "mode": "compare",
    "plan": None,
    "plans": [],
    "show": "difference",
    "swipe": 0.5,
    "dimension": None,
    "unsure": "texture",
    "pinned": None,
}
EXPLAIN = {"mode": "explain", "part": "about"}


def view(
    city: str,
    indicator: str,
    params: dict[str, Any],
    mode: dict[str, Any] = LOOK,
    *,
    support: str = "h3:9",
    draws: int = 1,
    edits: tuple[dict[str, Any], ...] = (),
    name: str = "",
    camera: tuple[float, float, float] | None = None,
    table: bool = False,
) -> dict[str, Any]:
    """What a link carries. camera: longitude, latitude, zoom."""
    return {
        "city": city,
        "ask": {"indicator": indicator, "params": params, "support": support, "draws": draws, "seed": 1},
        "camera": dict(zip(("lon", "lat", "zoom"), camera, strict=True)) if camera else None,
        "table": table,
        "draft": {"name": name, "edits": list(edits), "etag": None},
        "mode": mode,
    }


def link(shown: dict[str, Any], version: str = "1") -> str:
    """The fragment of a view, with its `#`."""
    raw = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    return f"#{version}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def read(address: str) -> Any:
    """The view that an address carries."""
    raw = address.partition("#")[2].partition(".")[2]
    return json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
