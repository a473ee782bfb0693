"""Every command and option, from the commands themselves."""

from __future__ import annotations

import click

from docs._generate.markdown import block, code, codes, page, sentence, table
from docs._generate.parameters import option
from stadslab.faces import verbs
from stadslab.faces.cli import main
from stadslab.lab import catalog

OPENS = {
    "source": ("sources", "the source's own parameters become options: name it with `--source`, or give a file"),
    "indicator": ("indicators", "the indicator's own parameters become options"),
    "kind": ("edits", "the edit's own fields become options"),
}


def pages() -> dict[str, str]:
    """One page with a section a command."""
    context = click.Context(main, info_name="stadslab")
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {
        "command-line.md": page(
            "# Command line",
            "`stadslab COMMAND --help` prints the same. Options may be written `--name value` or `--name=value`; those"
            " that may be repeated are given several times. What a command works on is a *lab*, a folder: `--lab"
            " FOLDER`, or the variable `STADSLAB_LAB`, or `city.lab` where you stand.",
            *(_section(name, command, context) for name, command in commands.items() if command is not None),
            "## Codes a command ends with",
            "See [answers](answers.md#codes-a-command-ends-with).",
        )
    }


def _section(name: str, command: click.Command, context: click.Context) -> str:
    verb = verbs.verb(name) if name in verbs.NAMES else None
    usage = " ".join(["stadslab", name, *command.collect_usage_pieces(click.Context(command, parent=context))])
    about = {p.name: p.about for p in verb.params} if verb else {}
    rows = []
    for param in command.params:
        if isinstance(param, click.Argument):
            rows.append((code((param.name or "").upper()), _argument(param, about.get(param.name or "", ""))))
        elif isinstance(param, click.Option):
            rows.append((code(_flag(param)), _help(param)))
    parts = [f"## {name}", sentence((command.help or "").split("\n\n")[0]), block("sh", usage)]
    parts += [table(("word or option", "what it says"), rows)]
    if verb and verb.opens:
        room, told = OPENS[verb.opens]
        links = ", ".join(f"[{n}]({room}/{n}.md)" for n in catalog.names(room))
        parts.append(f"More options: {told}. {room.capitalize()}: {links}.")
    if verb and verb.examples:
        parts += ["For instance:", block("sh", *verb.examples)]
    return page(*parts)


def _flag(param: click.Option) -> str:
    flag = next((o for o in param.opts if o.startswith("--")), option(param.name or ""))
    return flag if param.is_flag else f"{flag} {param.metavar or _choices(param)}"


def _argument(param: click.Argument, about: str) -> str:
    choices = f" One of {codes(param.type.choices)}." if isinstance(param.type, click.Choice) else ""
    return sentence(about) + choices


def _choices(param: click.Option) -> str:
    if isinstance(param.type, click.Choice):
        return "|".join(map(str, param.type.choices))
    if isinstance(param.type, click.types.IntParamType):
        return "NUMBER"
    return "FOLDER" if isinstance(param.type, click.Path) else "TEXT"


def _help(param: click.Option) -> str:
    text = sentence((param.help or "").replace(" [needed]", "").partition(" [default:")[0])
    found = (param.help or "").partition("[default: ")[2].rstrip(".").rstrip("]")
    default = found or (str(param.default) if param.show_default else "")
    text += " **Needed.**" if "[needed]" in (param.help or "") else f" When left out: {default}." if default else ""
    if isinstance(param.type, click.IntRange):
        text += f" From {param.type.min:,}" + (f" to {param.type.max:,}." if param.type.max is not None else ".")
    return text + (" May be repeated." if param.multiple and "repeat" not in text else "")
