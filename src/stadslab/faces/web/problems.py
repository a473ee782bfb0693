"""Refusals: all problems at once, each with where, what and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from stadslab.core.errors import Problem
from stadslab.lab.spoken import Language, spoken

if TYPE_CHECKING:
    from fastapi import Request


class ProblemOut(BaseModel):
    """One complaint a person can act on."""

    where: str
    what: str
    hint: str
    severity: Literal["error", "warning", "info"]


class Problems(BaseModel):
    """What every refusal says."""

    problems: list[ProblemOut]


def problems_told(problems: Iterable[Problem], language: Language = "en") -> list[ProblemOut]:
    """Problems as they are told, in this language where it is known."""
    return [
        ProblemOut(
            where=spoken(p.where, language),
            what=spoken(p.what, language),
            hint=spoken(p.hint, language),
            severity=p.severity,
        )
        for p in problems
    ]


def problems_reply(
    problems: Iterable[Problem], status: int, headers: dict[str, str] | None = None, language: Language = "en"
) -> JSONResponse:
    """All problems as the JSON every refusal has."""
    told = Problems(problems=problems_told(problems, language))
    return JSONResponse(told.model_dump(mode="json"), status, headers)


def language_of(request: Request) -> Language:
    """The language a request asks to be told in."""
    return "sv" if request.query_params.get("language") == "sv" else "en"
