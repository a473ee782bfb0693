"""The same in Python and in a shell: lines that give again what is on a screen, ready to be run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stadslab.core.scenario import Scenario
from stadslab.faces.file_names import asked, stem

if TYPE_CHECKING:
    from stadslab.core.edit import Edit
    from stadslab.core.params import Param
    from stadslab.lab.run import Question

MOST_CORNERS = 24  # of a line that is still written out in a shell
LINE = 100  # characters of a line before it is broken


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What somebody looks at.

    lab: the folder of the laboratory. question: asked of `city`. scenario: the edits, if any. saved: the scenario is
    kept in the lab under its name, so the lines need not write it. compare: before and after, rather than after alone.
    """

    lab: str
    city: str
    question: Question
    scenario: Scenario | None = None
    saved: bool = False
    compare: bool = True

    @property
    def compares(self) -> bool:
        """Whether it is a comparison."""
        return self.compare and self.scenario is not None

    @property
    def plan(self) -> str:
        """The name of the plan; one that can name a file, unless it is kept under its own."""
        assert self.scenario is not None
        return self.scenario.name if self.saved else stem(self.scenario.name or "plan")

    @property
    def stem(self) -> str:
        """What the files are called that the lines write."""
        parts = asked(self.city, self.question.indicator.id, self.question.params, self.question.support)
        parts += [self.plan] if self.scenario is not None else []
        return stem(*parts, "change" if self.compares else "")


def python_lines(shown: OnScreen) -> str:
    """A Python program: it asks the question, prints the answer, draws the map and writes the numbers to a file."""
    question, scenario = shown.question, shown.scenario
    heads = ["from stadslab import Lab, show"]
    body = [f"lab = Lab({_literal(shown.lab)}, create=False)", f"city = lab.city({_literal(shown.city)})"]
    asking = ["city", _literal(question.indicator.id)]
    if scenario is not None and shown.saved:
        body.append(f"plan = lab.scenario({_literal(shown.city)}, {_literal(scenario.name)})")
    elif scenario is not None:
        heads[0] = "from stadslab import Lab, Scenario, show"
        classes = sorted({(type(e).__module__, type(e).__name__) for e in scenario.edits})
        heads += [f"from {module} import {name}" for module, name in classes]
        edits = "".join(f"    {_edit_in_python(edit)},\n" for edit in scenario.edits)
        body.append(f"plan = Scenario({_text_arguments(shown)}).add(\n{edits})")
    if shown.compares:
        heads.insert(0, "from stadslab.brief.words import answer")
        asking.append("plan")
    options = {} if shown.compares or scenario is None else {"scenario": "plan"}
    options |= {name: _literal(value) for name, value in _how(question).items()}
    options |= {name: _literal(value) for name, value in _chosen(question.indicator.params, question.params).items()}
    call = _call(
        f"lab.{'compare' if shown.compares else 'measure'}", [*asking, *(f"{k}={v}" for k, v in options.items())]
    )
    name = "change" if shown.compares else "values"
    body.append(f"{name} = {call}")
    body.append(
        'print(*answer(change), sep="\\n")' if shown.compares else "print(values.title)\nprint(values.to_pandas())"
    )
    body += [f'show({name}, city, "{shown.stem}.png")', f'save({name}, Path("{shown.stem}.parquet"))']
    heads.append("from stadslab.faces.files import save")
    imports = "\n".join(["from pathlib import Path", "", *sorted(heads, key=_module)])
    return f"{imports}\n\n" + "\n".join(body) + "\n"


def shell_lines(shown: OnScreen) -> str:
    """Command lines: they ask the question, print the answer, draw the map and write the numbers to a file."""
    question, scenario = shown.question, shown.scenario
    lines = [f"export STADSLAB_LAB={shlex.quote(shown.lab)}"]
    plan = ""
    if scenario is not None:
        plan = shown.plan
        if not shown.saved:
            written = _edits_in_shell(shown)
            lines += written or _file_in_shell(shown)
            plan = plan if written else f"{plan}.json"
    verb = "compare" if shown.compares else "measure"
    words = ["stadslab", verb, shown.city, question.indicator.id]
    if plan and shown.compares:
        words.append(plan)
    options = [f"--scenario={plan}"] if plan and not shown.compares else []
    options += _options(_how(question))
    options += _options(_chosen(question.indicator.params, question.params))
    files = [f"--map={shown.stem}.png", f"--out={shown.stem}.parquet"]
    lines.append(_broken(words, options, files))
    measure = [shown.city, *([plan] if plan else []), "--measure", _measure(question)]
    brief = [f"--to={stem(shown.city, shown.plan if plan else 'now')}.pdf"]
    lines.append(_broken(["stadslab", "brief", *measure], _options(_how(question)), brief))
    return "\n".join(lines) + "\n"


def free_name(name: str, taken: list[str]) -> str:
    """The name, or with the first number after it that is not taken."""
    wanted = stem(name or "plan")
    return next(n for n in [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))] if n not in taken)


def _module(line: str) -> tuple[str, str]:
    return line.split()[1], line


def _text_arguments(shown: OnScreen) -> str:
    assert shown.scenario is not None
    told = {"why": shown.scenario.why, "by": shown.scenario.by}
    return ", ".join([_literal(shown.plan), *(f"{k}={_literal(v)}" for k, v in told.items() if v)])


def _edit_in_python(edit: Edit) -> str:
    fields = _chosen(edit.params(), {p.name: getattr(edit, p.name) for p in edit.params()})
    return f"{type(edit).__name__}({', '.join(f'{name}={_literal(value)}' for name, value in fields.items())})"


def _literal(value: Any) -> str:
    """The value as Python writes it, text in double quotes where nothing in it has to be escaped."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    plain = isinstance(value, str) and value.isprintable() and not {'"', "\\"} & set(value)
    return f'"{value}"' if plain else repr(value)


def _call(name: str, arguments: list[str]) -> str:
    line = f"{name}({', '.join(arguments)})"
    return line if len(line) <= LINE else f"{name}(\n" + "".join(f"    {a},\n" for a in arguments) + ")"


def _how(question: Question) -> dict[str, Any]:
    """Units and draws, where they are not the usual ones."""
    found: dict[str, Any] = {"support": question.support}
    return found | ({"draws": question.draws, "seed": question.seed} if question.draws > 1 else {})


def _chosen(params: tuple[Param, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that differ from their defaults, or have none."""
    return {p.name: values[p.name] for p in params if p.name in values and (p.required or values[p.name] != p.default)}


def _edits_in_shell(shown: OnScreen) -> list[str]:
    """One command an edit; none when an edit has something a command cannot say, or is too long to read."""
    assert shown.scenario is not None
    lines = []
    for number, edit in enumerate(shown.scenario.edits):
        chosen = _chosen(edit.params(), {p.name: getattr(edit, p.name) for p in edit.params()})
        if any(value is False or value is None or _corners(value) > MOST_CORNERS for value in chosen.values()):
            return []
        told = {"why": shown.scenario.why, "by": shown.scenario.by} if not number else {}
        words = ["stadslab", "edit", shown.city, shown.plan, edit.kind]
        lines.append(_broken(words, _options(chosen), _options({k: v for k, v in told.items() if v})))
    return lines


def _file_in_shell(shown: OnScreen) -> list[str]:
    """The plan as a file, written by the shell."""
    assert shown.scenario is not None
    plan = {**shown.scenario.to_json(), "name": shown.plan, "drawn_on": {}}
    text = json.dumps(plan, ensure_ascii=False)
    return [f"cat > {shlex.quote(shown.plan + '.json')} <<'PLAN'", text, "PLAN"]


def _corners(value: Any) -> int:
    return len(value) if isinstance(value, tuple) else 0


def _options(values: Mapping[str, Any]) -> list[str]:
    """Options as words; those that begin with a dash are joined to their names."""
    words: list[str] = []
    for name, value in values.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
            continue
        many = isinstance(value, tuple) and not _is_pair(value)
        words += [f"{flag}={_said(item)}" for item in (value if many else (value,))]
    return words


def _is_pair(value: tuple[Any, ...]) -> bool:
    return len(value) == 2 and all(isinstance(part, int | float) for part in value)


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(_said(part) for part in value)
    return repr(value) if isinstance(value, float) else str(value)


def _measure(question: Question) -> str:
    """The question as `brief --measure` takes it."""
    chosen = _chosen(question.indicator.params, question.params)
    parts = ",".join(f"{name}={_said(value)}" for name, value in chosen.items())
    return question.indicator.id + (f":{parts}" if parts else "")


def _broken(words: list[str], options: list[str], last: list[str]) -> str:
    """A command line, broken where it is long; a word that starts with its option keeps its value beside it."""
    parts = [" ".join(map(shlex.quote, words)), *map(_quoted, [*options, *last])]
    lines, line = [], ""
    for part in parts:
        if line and len(line) + len(part) > LINE - 2:
            lines.append(line)
            line = f"    {part}"
        else:
            line = f"{line} {part}" if line else part
    return " \\\n".join([*lines, line])


def _quoted(option: str) -> str:
    """`--name='two words'`: only the value is quoted."""
    name, sign, value = option.partition("=")
    return f"{name}={shlex.quote(value)}" if sign and name.startswith("--") else shlex.quote(option)
