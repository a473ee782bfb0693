"""Stadslab: an open urban laboratory. Load a city, ask how it works, change it, see who gains and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadslab._version import __version__

if TYPE_CHECKING:
    from stadslab.core.compare import Comparison
    from stadslab.core.edit import Edit
    from stadslab.core.errors import InputError, NotFoundError, Problem, StadslabError
    from stadslab.core.indicator import indicator
    from stadslab.core.scenario import Scenario
    from stadslab.core.values import Values
    from stadslab.faces.notebook import show
    from stadslab.lab.lab import Lab

# public name -> the module that has it; loaded on first use so that `import stadslab` costs nothing
_HOMES = {
    "Comparison": "stadslab.core.compare",
    "Edit": "stadslab.core.edit",
    "InputError": "stadslab.core.errors",
    "Lab": "stadslab.lab.lab",
    "NotFoundError": "stadslab.core.errors",
    "Problem": "stadslab.core.errors",
    "Scenario": "stadslab.core.scenario",
    "StadslabError": "stadslab.core.errors",
    "Values": "stadslab.core.values",
    "indicator": "stadslab.core.indicator",
    "show": "stadslab.faces.notebook",
}

__all__ = [
    "Comparison",
    "Edit",
    "InputError",
    "Lab",
    "NotFoundError",
    "Problem",
    "Scenario",
    "StadslabError",
    "Values",
    "__version__",
    "indicator",
    "show",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'stadslab' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
