"""Expected failures as messages: never a traceback."""

from __future__ import annotations

import json
import sys

import click

from stadslab.core.errors import StadslabError


class complaints:  # noqa: N801  (used as a statement)
    """Print expected failures without a traceback and leave with code 2; Ctrl-C leaves with 130."""

    def __init__(self, as_json: bool = False) -> None:
        """Say problems as JSON when the rest is JSON."""
        self.as_json = as_json

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Turn expected failures into messages."""
        if isinstance(error, StadslabError):
            if self.as_json:
                click.echo(
                    json.dumps(
                        {"problems": [{"where": p.where, "what": p.what, "hint": p.hint} for p in error.problems]},
                        ensure_ascii=False,
                        indent=2,
                    )
                )
            for problem in error.problems:
                click.echo(f"error: {problem}", err=True)
            sys.exit(2)
        if isinstance(error, KeyboardInterrupt):
            click.echo("\nstopped; the lab is as it was before", err=True)
            sys.exit(130)
