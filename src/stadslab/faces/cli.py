"""The command line: one command a verb, its options read off the request and off what the verb opens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stadslab._version import __version__
from stadslab.core.errors import NotFoundError, StadslabError
from stadslab.core.params import Param
from stadslab.faces import verbs
from stadslab.faces.complaints import complaints

if TYPE_CHECKING:
    from stadslab.core.progress import Progress
    from stadslab.lab.lab import Lab
    from stadslab.lab.verbs.verb import Reply, Verb

DEFAULT_LAB = "city.lab"
WRITERS = ("measure", "compare")  # verbs whose answers can be drawn or written to a file
READERS = ("list", "show")  # verbs that also tell of what comes with the software


class Commands(click.Group):
    """Verbs first, then the commands of this face alone; a command is built when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names in the order people need them."""
        return [*verbs.NAMES, "demo"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        """The command of that name."""
        if cmd_name == "demo":
            from stadslab.faces.demo import command

            return command
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
        opened = _opened(self.verb, args)
        self.opened_params = () if opened is None else opened[1]
        taken = {p.name for p in self.params}
        self.params = [*self.params, *(_option(p) for p in self.opened_params if p.name not in taken)]
        if opened is None and self.verb.opens:
            self.epilog = f"{self.epilog}\n\n{verbs.openable(self.verb)}"
        elif opened is not None:
            self.help = f"{self.verb.question.rstrip('?')}: {opened[0]}"
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if opened is None and self.verb.opens:  # perhaps the option of an indicator whose name is misspelt
                raise click.UsageError(f"{error.format_message()} {verbs.unopened(self.verb)}", ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> None:
        """Ask the lab and print the reply."""
        given = {k: v for k, v in ctx.params.items() if v is not None and v != ()}
        face = {k: given.pop(k, None) for k in ("lab", "json", "quiet", "map", "out")}
        as_json = bool(face["json"])
        with complaints(as_json):
            own = {p.name for p in self.verb.params}
            fields = {k: v for k, v in given.items() if k in own}
            params = {k: v for k, v in given.items() if k not in own}
            request = verbs.request(self.verb, fields, params)
            with verbs.watching(quiet=bool(face["quiet"]) or as_json) as progress:
                lab, reply = _asked(self.verb, request, face["lab"] or DEFAULT_LAB, progress)
                written = _write(reply, lab, request, face)
            _say(reply, written, as_json)
        if getattr(reply, "failed", False):
            ctx.exit(1)


def _asked(verb: Verb, request: Any, folder: str, progress: Progress) -> tuple[Lab, Reply]:
    """The lab and its reply. What comes with the software can be listed and shown where there is no lab yet."""
    from tempfile import TemporaryDirectory

    from stadslab.lab.lab import Lab

    try:
        lab = Lab(folder, create=verb.name == "load")
    except NotFoundError as absent:
        if verb.name not in READERS:
            raise
        with TemporaryDirectory() as empty:
            lab = Lab(empty)
            try:
                return lab, verb.run(lab, request, progress)
            except NotFoundError as error:
                raise NotFoundError(*error.problems, *absent.problems) from None
    return lab, verb.run(lab, request, progress)


def _say(reply: Reply, written: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(reply.to_json(), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for line in [*reply.lines(), *written]:
        click.echo(line)


def _write(reply: Reply, lab: Any, request: Any, face: dict[str, Any]) -> list[str]:
    """Draw or save the answer where asked; returns what was written, in words."""
    from stadslab.faces import files

    answer: Any = getattr(reply, "comparison", None) or getattr(reply, "values", None)
    written = []
    if face["map"]:
        files.draw(answer, lab.city(request.city), Path(face["map"]))
        written.append(f"  map: {face['map']}")
    if face["out"]:
        files.save(answer, Path(face["out"]))
        written.append(f"  data: {face['out']}")
    return written


def _ordered(verb: Verb) -> list[Param]:
    by_name = {p.name: p for p in verb.params}
    return [*(by_name[n] for n in verb.positional), *(p for n, p in by_name.items() if n not in verb.positional)]


def _argument(param: Param) -> click.Argument:
    kind = click.Choice(param.choices) if param.choices else None
    many = param.many
    return click.Argument(
        [param.name], required=param.required and not many, nargs=-1 if many else 1, type=kind, default=None
    )


def _option(param: Param) -> click.Option:
    flag = f"--{param.name.replace('_', '-')}"
    default = (
        ""
        if param.required or param.default in ("", (), None, False)
        else f" [default: {_shown(param.default)}{' ' + param.unit if param.unit not in ('', '1') else ''}]"
    )
    help_text = (param.about or param.name.replace("_", " ")) + (" [needed]" if param.required else default)
    if param.type is bool:
        return click.Option([flag, param.name], is_flag=True, default=None, help=help_text)
    kind = click.Choice(param.choices) if param.choices and not param.many else None  # one text may list several
    return click.Option(
        [flag, param.name], multiple=param.many, type=kind, default=None, help=help_text, metavar=_metavar(param)
    )


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
    if verb.name in WRITERS:
        options += [
            click.Option(["--map"], metavar="FILE.png", help="Draw the answer as a map (.png or .svg)."),
            click.Option(
                ["--out"], metavar="FILE", help="Save the answer per unit (.parquet, .geojson, .gpkg or .csv)."
            ),
        ]
    return options


def _examples(verb: Verb) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {e}" for e in verb.examples) if verb.examples else ""


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def _metavar(param: Param) -> str | None:
    if param.choices:
        return "|".join(param.choices) if param.many else None
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
