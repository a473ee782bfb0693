"""Is everything that the lab's cities name there and undamaged?"""

from __future__ import annotations

from stadslab.core.errors import Problem, StadslabError
from stadslab.core.progress import Progress, silent
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import history, list_cities, read_version
from stadslab.store.objects import damage


def audit(folder: LabFolder, progress: Progress = silent) -> list[Problem]:
    """Every problem of every city, version and object; reads all rows. Empty when the lab is whole."""
    problems: list[Problem] = []
    users: dict[str, list[str]] = {}  # digest of rows to the cities and layers they belong to
    for name in list_cities(folder):
        try:
            versions = list(dict.fromkeys(history(folder, name)))
        except StadslabError as error:
            problems += error.problems
            continue
        for version in versions:
            try:
                manifest = read_version(folder, version)
            except StadslabError as error:
                problems += error.problems
                continue
            for layer, entry in manifest["layers"].items():
                users.setdefault(entry["digest"], []).append(f"{name}@{version[:8]} {layer}")
    for done, digest in enumerate(sorted(users)):
        progress("checking rows", done, len(users))
        found = damage(folder, digest)
        if found:
            used = f"used by {', '.join(users[digest][:3])}{', ...' if len(users[digest]) > 3 else ''}"
            problems.append(Problem(found.where, f"{found.what}; {used}", found.hint))
    progress("checking rows", len(users), len(users))
    return problems
