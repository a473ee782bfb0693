"""Units that travel with parameters: a number is never without its unit, a form never without its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a parameter and the closed range that makes sense for it."""

    symbol: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """One plain sentence about a parameter, shown in forms, help and documentation."""

    text: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A parameter that is shown and kept nowhere. A face may take it from this variable of its environment.

    beside: only when this other parameter is given, so that one server's key never reaches another. Empty: a recipe
    has given it.
    """

    environment: str
    beside: str


Minutes = Annotated[float, Unit("min", 0.0, 1440.0)]
Metres = Annotated[float, Unit("m", 0.0, 1e7)]
MetresPerSecond = Annotated[float, Unit("m/s", 0.05, 100.0)]
KilometresPerHour = Annotated[float, Unit("km/h", 0.5, 200.0)]
Count = Annotated[int, Unit("1", 0, 1e9)]
Share = Annotated[float, Unit("1", 0.0, 1.0)]
