"""What a number was made of: enough to make it again and to see what differs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from stadslab.core import digest as digests

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """Inputs, method and assumptions of one answer.

    inputs: layer name to digest, for the layers read. ruler: the same for layers of the base city that decide where
    units and people are. sources: stamps of those layers as plain values. scenario: its JSON, or None.
    """

    city: str
    crs: str
    indicator: str
    method: int
    params: dict[str, Any]
    support: str
    support_digest: str
    inputs: dict[str, str]
    ruler: dict[str, str] = field(default_factory=dict)
    sources: tuple[dict[str, Any], ...] = ()
    scenario: dict[str, Any] | None = None
    draws: int = 1
    seed: int = 0
    assumptions: tuple[str, ...] = ()
    software: str = ""
    format: int = field(default=FORMAT)

    @property
    def key(self) -> str:
        """Digest of everything that can change the numbers (not of titles, licences or the city's name)."""
        return digests.of_json(
            [
                self.format,
                self.crs,
                self.indicator,
                self.method,
                self.params,
                self.support_digest,
                self.inputs,
                self.draws,
                self.seed if self.draws > 1 else 0,
            ]
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """JSON text with sorted keys."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Receipt:
        """The receipt a file holds."""
        fixed = {
            **value,
            "sources": tuple(value.get("sources", ())),
            "assumptions": tuple(value.get("assumptions", ())),
        }
        return Receipt(**fixed)
