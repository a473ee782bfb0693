"""What went wrong, where, with which value, and what would fix it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint a person can act on.

    `where` names the file, row, id or parameter; `what` says what is wrong with the value seen; `hint` says what would
    fix it.
    """

    where: str
    what: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line: where, what, remedy."""
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.hint})" if self.hint else line


class StadslabError(Exception):
    """An expected failure: faces print it without a traceback and exit with code 2."""

    def __init__(self, *problems: Problem | str) -> None:
        """Keep every problem; a plain string becomes a problem without a place."""
        super().__init__(*problems)
        self.args = problems  # OSError keeps only two of three to five arguments

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every complaint, in the order it was found."""
        return tuple(p if isinstance(p, Problem) else Problem("", str(p)) for p in self.args)

    def __str__(self) -> str:
        """All problems, one a line."""
        return "\n".join(str(p) for p in self.problems)


class InputError(StadslabError, ValueError):
    """Something a person gave (file, parameter, scenario) cannot be used."""


class NotFoundError(StadslabError, LookupError):
    """Something that was named is not there; the hint lists what is."""


class ConflictError(StadslabError):
    """Something was saved by somebody else since it was read."""


class StoreError(StadslabError, OSError):
    """The lab's folder could not be read or written."""


def raise_errors(problems: list[Problem], kind: type[StadslabError] = InputError) -> None:
    """Raise one error with all problems of severity `error`; do nothing when there are none."""
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise kind(*errors)
