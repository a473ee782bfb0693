"""Names of files that tell what is in them: the city, the question, its choices, the units, the plan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stadslab.core.compare import Comparison

if TYPE_CHECKING:
    from stadslab.core.values import Values

LONGEST = 80  # characters of a name without its ending


def stem_of(answer: Values | Comparison, *, made_up: bool = False) -> str:
    """A name for files of this answer, without ending: `demo-walk-to-nearest-school-h3-9-no-bridge-change`."""
    receipt = answer.after.receipt if isinstance(answer, Comparison) else answer.receipt
    plan = (receipt.scenario or {}).get("name", "")
    parts = [*asked(receipt.city, receipt.indicator, receipt.params, receipt.support), plan]
    return stem(*parts, "change" if isinstance(answer, Comparison) else "", "synthetic" if made_up else "")


def asked(city: str, indicator: str, params: Mapping[str, Any], support: str) -> list[str]:
    """The parts of a name that tell a question: chosen kinds and minutes say what it is about, the rest would not."""
    told = [str(v) for k, v in params.items() if v and (k in ("kind", "what") or k.endswith("_kind"))]
    told += [f"{float(v):g}-min" for k, v in params.items() if k == "minutes"]
    return [city, indicator, *told, support]


def stem(*parts: str) -> str:
    """Parts joined to a name that every file system and shell takes as it is."""
    words = [re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", part)).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:LONGEST].strip("-") or "stadslab"
