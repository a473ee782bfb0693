"""What is on the screen, as Python and as command lines that can be copied and run."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from pydantic import BaseModel

from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.questions import Asked, ready

router = APIRouter(prefix="/api", tags=["hand over"])


class CodeIn(Asked):
    """What is on the screen. compare: before and after, rather than after alone; without edits it does not matter."""

    compare: bool = True


class CodeOut(BaseModel):
    """Lines to run. plan: the name under which the command lines keep edits that are not saved yet; else empty."""

    python: str
    shell: str
    plan: str


@router.post("/code", dependencies=[allowed(Who.READER)], operation_id="write_code")
def write_code(request: Request, asked: CodeIn) -> CodeOut:
    """How is this asked in Python and in a shell?"""
    from stadslab.faces.code_lines import OnScreen, free_name, python_lines, shell_lines

    desk = desk_of(request)
    found = ready(desk, asked)
    scenario, saved, city = found.scenario, False, found.city.name
    if scenario is not None:
        names = desk.lab.scenarios(city)
        kept = desk.lab.scenario(city, scenario.name) if scenario.name in names else None
        saved = kept is not None and kept.edits == scenario.edits
        if not saved:
            scenario = replace(scenario, name=free_name(scenario.name, names))
    folder = desk.lab.folder.path
    # where the lab lies is nobody's business but the owner's
    lab = str(folder.resolve()) if desk.access.open else folder.name
    shown = OnScreen(lab, asked.city, found.question, scenario, saved, asked.compare)
    plan = scenario.name if scenario is not None and not saved else ""
    return CodeOut(python=python_lines(shown), shell=shell_lines(shown), plan=plan)
