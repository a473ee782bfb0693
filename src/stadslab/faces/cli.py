"""The command line: one command a verb, its options read off the request and off what the verb opens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stadslab._version import __version__
from stadslab.core.errors import NotFoundError, StadslabError
from stadslab.core.params import Param
from stadslab.faces import files, verbs
from stadslab.faces.complaints import explain, json_text

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.lab.lab import Lab
    from stadslab.lab.verbs.verb import Reply, Verb

DEFAULT_LAB = "city.lab"
HOW_TO_START = "start with `stadslab load CITY FILE` or `stadslab demo`, or name another folder with --lab"
OWN = ("demo", "serve", "warm")  # commands of this face alone
DRAWERS = ("measure", "compare")  # verbs whose answers can be drawn
WRITERS = (*DRAWERS, "count")  # verbs whose answers can be written to a file
READERS = ("list", "show")  # verbs that also tell of what comes with the software


class Commands(click.Group):
    """Verbs first, then the commands of this face alone; a command is built when it is asked for."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and end with a message and an exit code whatever is wrong with the input."""
        words = sys.argv[1:] if args is None else list(args)
        try:
            code = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
        except (StadslabError, click.ClickException, click.Abort, KeyboardInterrupt) as error:
            if not standalone_mode:
                raise
            sys.exit(explain(error, as_json="--json" in words))
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names in the order people need them."""
        return [*verbs.NAMES, *OWN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        """The command of that name."""
        if cmd_name in OWN:
            found: click.Command = import_module(f"stadslab.faces.{cmd_name}").command
            return found
        return VerbCommand(verbs.verb(cmd_name)) if cmd_name in verbs.NAMES else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a misspelt one."""
        import difflib

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            ctx.fail(f"no command is called {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


class VerbCommand(click.Command):
    """One verb. When the arguments name an indicator, source or edit, its parameters become options too."""

    def __init__(self, verb: Verb) -> None:
        """Options from the fields of the request."""
        self.verb = verb
        own = [_argument(p) if p.name in verb.positional else _option(p) for p in _ordered(verb)]
        super().__init__(
            verb.name,
            params=[*own, *_common(verb)],
            help=_stopped(verb.question),
            epilog=_examples(verb),
            callback=None,
        )
        self.short_help = _stopped(verb.question)  # click would add a full stop after the question mark

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add the options of what the arguments open, then parse."""
        words, opened = list(args), _opened(self.verb, args)  # the parser eats its list
        self.opened_params = () if opened is None else opened[1]
        taken = {p.name for p in self.params}
        self.params = [*self.params, *(_option(p) for p in self.opened_params if p.name not in taken)]
        if opened is None and self.verb.opens:
            self.epilog = f"{self.epilog}\n\n{verbs.openable(self.verb)}"
        elif opened is not None:
            self.help = f"{_stopped(self.verb.question)} {opened[0]}"
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if opened is None and self.verb.opens:  # perhaps the option of an indicator whose name is misspelt
                verbs.misnamed(self.verb, _positional(words, self.params))
                raise click.UsageError(f"{error.format_message()} {verbs.unopened(self.verb)}", ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> None:
        """Ask the lab and print the reply."""
        needed = {p.name for p in self.verb.params if p.required}
        given = {k: v for k, v in ctx.params.items() if v is not None and (v != () or k in needed)}
        face = {k: given.pop(k, None) for k in ("lab", "json", "quiet", "map", "out")}
        as_json = bool(face["json"])
        own = {p.name for p in self.verb.params}
        fields = {k: v for k, v in given.items() if k in own}
        params = {k: v for k, v in given.items() if k not in own}
        params |= _secrets(self.opened_params, params)
        request = verbs.request(self.verb, fields, params)
        files.check(face["map"], face["out"])
        with verbs.watching(quiet=bool(face["quiet"]) or as_json) as progress:
            lab, reply = _asked(self.verb, request, face["lab"] or DEFAULT_LAB, progress)
            written = _write(reply, lab, request, face)
        _say(reply, written, as_json)
        if getattr(reply, "failed", False):
            ctx.exit(1)


def _secrets(params: tuple[Param, ...], given: dict[str, Any]) -> dict[str, str]:
    """Keys from the environment, for parameters that were not given and only where they are for."""
    wanted = [(p.name, p.secret) for p in params if p.secret and (not p.secret.beside or p.secret.beside in given)]
    found = {name: os.environ.get(secret.environment, "") for name, secret in wanted}
    return {name: value for name, value in found.items() if value and name not in given}


def _asked(verb: Verb, request: Any, folder: str, progress: Progress) -> tuple[Lab, Reply]:
    """The lab and its reply. What comes with the software can be listed and shown where there is no lab yet."""
    from tempfile import TemporaryDirectory

    from stadslab.lab.lab import Lab

    new = not Path(folder).exists()
    try:
        lab = Lab(folder, create=verb.name == "load")
    except NotFoundError as error:
        absent = NotFoundError(*(replace(p, hint=HOW_TO_START) for p in error.problems))
        if verb.name not in READERS:
            raise absent from None
        with TemporaryDirectory() as empty:
            lab = Lab(empty)
            try:
                return lab, verb.run(lab, request, progress)
            except NotFoundError as unknown:
                raise NotFoundError(*unknown.problems, *absent.problems) from None
    try:
        return lab, verb.run(lab, request, progress)
    except BaseException:
        if new:
            lab.folder.remove_if_unused()
        raise


def _say(reply: Reply, written: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json_text(reply.to_json()))
        return
    for line in [*reply.lines(), *written]:
        click.echo(line)


def _write(reply: Reply, lab: Any, request: Any, face: dict[str, Any]) -> list[str]:
    """Draw or save the answer where asked; returns what was written, in words."""
    answer: Any = next(
        (a for n in ("comparison", "values", "counts") if (a := getattr(reply, n, None)) is not None), None
    )
    written = []
    if face["map"]:
        files.draw(answer, lab.city(request.city), Path(face["map"]))
        written.append(f"  map: {face['map']}")
    if face["out"]:
        files.save(answer, Path(face["out"]))
        written.append(f"  data: {face['out']}")
    return written


def _positional(args: Sequence[str], params: Sequence[click.Parameter]) -> list[str]:
    """The words that are neither options nor their values; an option nobody knows is taken to have one."""
    flags = {name for p in params if isinstance(p, click.Option) and p.is_flag for name in p.opts}
    found, skip = [], False
    for word in args:
        if not skip and not word.startswith("-"):
            found.append(word)
        skip = not skip and word.startswith("--") and "=" not in word and word not in flags
    return found


def _ordered(verb: Verb) -> list[Param]:
    by_name = {p.name: p for p in verb.params}
    return [*(by_name[n] for n in verb.positional), *(p for n, p in by_name.items() if n not in verb.positional)]


def _argument(param: Param) -> click.Argument:
    many = param.many
    name = f"[{param.name.upper()}]" if many or not param.required else param.name.upper()
    return click.Argument(
        [param.name],
        required=param.required and not many,
        nargs=-1 if many else 1,
        default=None,
        metavar=f"{name}..." if many else name,
    )


def _option(param: Param) -> click.Option:
    flag = f"--{param.name.replace('_', '-')}"
    default = (
        ""
        if param.required or param.default in ("", (), None, False)
        else f" [default: {_shown(param.default)}{' ' + param.unit if param.unit not in ('', '1') else ''}]"
    )
    about = param.about or param.name.replace("_", " ")
    help_text = about[:1].upper() + about[1:] + (" [needed]" if param.required else default)
    if param.secret:
        beside = f", with --{param.secret.beside}" if param.secret.beside else ""
        help_text += f" [environment: {param.secret.environment}{beside}]"
    if param.type is bool:
        return click.Option([flag, param.name], is_flag=True, default=None, help=help_text)
    return click.Option([flag, param.name], multiple=param.many, default=None, help=help_text, metavar=_metavar(param))


def _shown(default: Any) -> str:
    if isinstance(default, tuple | list):
        return " ".join(str(d) for d in default)
    return f"{default:g}" if isinstance(default, float) else str(default)


def _common(verb: Verb) -> list[click.Parameter]:
    options: list[click.Parameter] = [
        click.Option(
            ["--lab"],
            envvar="STADSLAB_LAB",
            help=f"Folder of the laboratory [default: {DEFAULT_LAB}, or STADSLAB_LAB].",
        ),
        click.Option(["--json"], is_flag=True, help="Print the reply as JSON."),
        click.Option(["--quiet"], is_flag=True, help="No progress."),
    ]
    if verb.name in DRAWERS:
        options.append(click.Option(["--map"], metavar="FILE.png", help="Draw the answer as a map (.png)."))
    if verb.name in WRITERS:
        about = "Save the answer per unit (.parquet, .geojson, .gpkg or .csv)."
        options.append(click.Option(["--out"], metavar="FILE", help=about))
    return options


def _examples(verb: Verb) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {e}" for e in verb.examples) if verb.examples else ""


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def _metavar(param: Param) -> str | None:
    if param.choices:
        return "|".join(param.choices)
    if param.unit not in ("", "1"):
        return param.unit
    return {int: "NUMBER", float: "NUMBER", Path: "FILE"}.get(param.type)


def _opened(verb: Verb, args: list[str]) -> tuple[str, tuple[Param, ...]] | None:
    """What the arguments open, and its parameters: the indicator, edit or source they name (or the file gives away)."""
    if not verb.opens:
        return None
    try:
        return verbs.opened(verb, args)
    except (NotFoundError, StadslabError):
        return None  # said properly once everything is parsed


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    invoke_without_command=False,
)
@click.version_option(__version__, prog_name="stadslab")
def main() -> None:
    """Stadslab, an open urban laboratory: load a city, ask how it works, change it, see who gains and who loses.

    \b
    Try it:      stadslab demo
    Your city:   stadslab load mycity streets.osm.pbf
                 stadslab measure mycity walk_access --kind school --minutes 10 --map schools.png
    """  # noqa: D301 (click reads the backspace: keep these lines as they are)
