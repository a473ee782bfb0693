"""An indicator: a question with a pure function that answers it, and everything said about that function once."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from stadslab.core.params import Param, params_of
from stadslab.core.progress import IDLE, Watch

if TYPE_CHECKING:
    import pyarrow as pa

    from stadslab.core.values import Measured

Direction = Literal["benefit", "cost"]
# parameter values in, metres out: how far an edit can change the answer; None: anywhere
Reach = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Known:
    """A known answer on the grid city: parameters, where, and the value theory gives."""

    city: str
    at: str
    value: float
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spread:
    """How uncertain a parameter is: a relative standard deviation (truncated at two) and the source of that figure."""

    relative_sd: float
    source: str


class Live(Protocol):
    """An answer that keeps up with changes of the layers it follows, exact after each of them."""

    follows: tuple[str, ...]

    def become(
        self,
        changes: Mapping[str, tuple[frozenset[str], pa.Table]],
        inputs: Callable[[], Sequence[Any]],
        watch: Watch = IDLE,
    ) -> Any:
        """Let rows of layers go (ids) and come or change (rows); the units looked at again, int32[n].

        inputs: makes what the indicator reads of the changed city, in its order, for answers that need it whole.
        watch: hears of long work, and may call it off.
        """

    def measured(self) -> Measured:
        """What the indicator would answer now."""


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """A pure function from the tables it names to one value per reporting unit.

    reads: the names of its positional parameters: layers of the city, builds (`streetgraph`, `support`, `population`)
    or other indicators; `optional` ones may be absent (None). halo_m: how far away an edit can still change a unit's
    answer, in metres, from the parameters; None: anywhere.
    monotone: input name to +1 or -1: adding to that input never lowers (raises) the answer. live: called like the
    function, gives a `Live` answer instead; None: every change is answered anew.
    """

    id: str
    question: str
    unit: str
    default_direction: Direction
    compute: Callable[..., Any]
    reads: tuple[str, ...]
    optional: tuple[str, ...]
    params: tuple[Param, ...]
    module: str
    monotone: Mapping[str, int] = field(default_factory=dict)
    halo_m: Reach | None = None
    cites: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    known: tuple[Known, ...] = ()
    uncertain: Mapping[str, Spread] = field(default_factory=dict)
    method: int = 1
    title: str = ""
    live: Callable[..., Live] | None = None

    def titled(self, params: Mapping[str, Any]) -> str:
        """The question with these parameters filled in, for the head of a map or table."""
        return self.title.format(**{k: _word(v) for k, v in params.items()}) if self.title else self.question

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute on tables and builds in hand, without a lab."""
        return self.compute(*args, **kwargs)

    def __reduce__(self) -> tuple[Callable[[str, str], Any], tuple[str, str]]:
        """Travel by name, so that workers import the same file."""
        return _by_name, (self.module, self.id)

    @property
    def about(self) -> str:
        """The documentation of the function."""
        return inspect.getdoc(self.compute) or ""


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _by_name(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def indicator(
    *,
    question: str,
    unit: str,
    default_direction: Direction,
    monotone: Mapping[str, int] | None = None,
    halo_m: Reach | None = None,
    cites: tuple[str, ...] = (),
    blind_spots: tuple[str, ...] = (),
    known: tuple[Known, ...] = (),
    uncertain: Mapping[str, Spread] | None = None,
    method: int = 1,
    title: str = "",
    live: Callable[..., Live] | None = None,
) -> Callable[[Callable[..., Any]], Indicator]:
    """Declare a function as an indicator. Registers nothing; the catalog finds the file.

    title: what a map of it is called, with parameters in braces: `Minutes on foot to the nearest {kind}`.
    live: see `Indicator`.
    """

    def declare(function: Callable[..., Any]) -> Indicator:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        inputs = [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]
        return Indicator(
            id=function.__name__,
            question=question,
            unit=unit,
            default_direction=default_direction,
            compute=function,
            reads=tuple(p.name for p in inputs),
            optional=tuple(p.name for p in inputs if p.default is None),
            params=params_of(function),
            module=function.__module__,
            monotone=dict(monotone or {}),
            halo_m=halo_m,
            cites=cites,
            blind_spots=blind_spots,
            known=known,
            uncertain=dict(uncertain or {}),
            method=method,
            title=title,
            live=live,
        )

    return declare
