"""Expected failures as messages: never a traceback."""

from __future__ import annotations

import json
import math
from typing import Any

import click

from stadslab.core.errors import Problem, StadslabError

FAILED, STOPPED = 2, 130  # exit codes: bad input as in any Unix tool, Ctrl-C as the shell counts it


def explain(error: BaseException, as_json: bool) -> int:
    """Say what went wrong on standard error (as JSON on standard output too, when asked for); the exit code."""
    if isinstance(error, StadslabError):
        problems, code = error.problems, FAILED
        for problem in problems:
            click.echo(f"error: {problem}", err=True)
    elif isinstance(error, click.ClickException):
        problems, code = (Problem("", error.format_message()),), error.exit_code
        error.show()
    else:
        problems, code = (Problem("", "stopped"),), STOPPED
        click.echo("\nstopped; the lab is as it was before", err=True)
    if as_json:
        click.echo(json_text({"problems": [{"where": p.where, "what": p.what, "hint": p.hint} for p in problems]}))
    return code


def json_text(value: Any) -> str:
    """JSON that any reader takes: what is not known is null, what is infinite says so in words."""
    return json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False, default=str)


def finite(value: Any) -> Any:
    """The value without numbers JSON cannot say: null for unknown, `infinite` in words."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "infinite"
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, list | tuple) else value
