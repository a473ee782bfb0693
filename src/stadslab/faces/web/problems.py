"""Refusals: all problems at once, each with where, what and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from stadslab.core.errors import Problem


class ProblemOut(BaseModel):
    """One complaint a person can act on."""

    where: str
    what: str
    hint: str
    severity: Literal["error", "warning", "info"]


class Problems(BaseModel):
    """What every refusal says."""

    problems: list[ProblemOut]


def problems_told(problems: Iterable[Problem]) -> list[ProblemOut]:
    """Problems as they are told."""
    return [ProblemOut(where=p.where, what=p.what, hint=p.hint, severity=p.severity) for p in problems]


def problems_reply(problems: Iterable[Problem], status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """All problems as the JSON every refusal has."""
    told = Problems(problems=problems_told(problems))
    return JSONResponse(told.model_dump(mode="json"), status, headers)
