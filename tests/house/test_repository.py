"""Rules about the files themselves."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

MACHINE_PATH = re.compile(r"(?<![\w.~/$}>)-])/(?:work|root|home|Users)/\w|(?<![\w.~/$}>)-])/tmp/\w")
"""An absolute path into somebody's machine. Not one inside an address, a variable or a relative path."""

WITHOUT_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "__main__.py": "three lines; run as a process by tests/house/test_light_import.py",
}
"""Modules with no test file at their place, and where their test is instead."""


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[Path]:
    """Every file in the repository, as git knows them; a source archive has no git and is not checked."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so there is no list of files to check")
    return [path for name in listed.stdout.split("\0") if name and (path := repository / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file, empty for a binary one."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def modules(repository: Path) -> list[Path]:
    """Every module of the package, relative to it."""
    source = repository / "src/stadslab"
    return sorted(path.relative_to(source) for path in source.rglob("*.py"))


def test_no_file_names_a_place_on_one_machine(tracked: list[Path], repository: Path) -> None:
    found = [
        f"{path.relative_to(repository)}:{number} {line.strip()[:120]}"
        for path in tracked
        if path != Path(__file__)
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ('open("/work/data/x.csv")', True),
        ("cd /home/somebody/stadslab", True),
        ("see /tmp/out.html", True),
        ("https://example.org/work/paper", False),
        ("../work/main", False),
        ("$HOME/work/x", False),
        ("tmp_path / 'x'", False),
        ("walk to work/home", False),
    ],
)
def test_machine_paths_are_told_from_others(line: str, is_one: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is is_one


def test_no_file_names_the_host_of_a_package_registry(tracked: list[Path], repository: Path) -> None:
    """Which index is asked is the user's affair; a mirror must do as well."""
    # in pieces, so that this file does not name them either
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    found = [
        f"{path.relative_to(repository)} names {host}" for path in tracked for host in hosts if host in text_of(path)
    ]
    assert not found, "\n" + "\n".join(found)


def test_locks_hold_versions_and_hashes_and_no_addresses(repository: Path) -> None:
    locks = sorted((repository / "requirements").glob("*.txt"))
    assert [lock.name for lock in locks] == ["bench.txt", "dev.txt", "runtime.txt"]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE), lock.name
        requirements = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
        for requirement in requirements:
            assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+", requirement), (
                f"{lock.name}: not pinned: {requirement[:60]}"
            )
            assert "--hash=sha256:" in requirement, f"{lock.name}: no hash: {requirement[:60]}"


def test_the_lock_of_the_page_holds_versions_and_hashes_and_no_addresses(repository: Path) -> None:
    text = (repository / "web/package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert [f for f in packages.values() if "resolved" in f or "link" in f] == []
    assert [name for name, package in packages.items() if name and not package["integrity"].startswith("sha512-")] == []
    asked = json.loads((repository / "web/package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies"):
        assert packages[""][kind] == asked[kind], "run `make lock`, or npm as CONTRIBUTING.md says"


def test_locks_cover_what_the_project_asks_for(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\s<>=!\[;]", requirement)[0].lower() for requirement in requirements}

    def locked(name: str) -> set[str]:
        text = (repository / f"requirements/{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z0-9,_-]+\])?==", text, re.MULTILINE))

    groups = {
        name: names([requirement for requirement in group if isinstance(requirement, str)])
        for name, group in project["dependency-groups"].items()
    }
    runtime = names(project["project"]["dependencies"]) | groups["build"]
    assert runtime <= locked("runtime")
    assert locked("runtime") | groups["dev"] <= locked("dev")
    assert runtime | groups["bench"] <= locked("bench")


def test_peers_under_other_licences_stay_in_the_benchmarks(repository: Path) -> None:
    """pandana, cityseer and igraph are AGPL or GPL: measured against, never imported."""
    for path in [*(repository / "src").rglob("*.py"), *(repository / "tests").rglob("*.py")]:
        imported = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(text_of(path)))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & {"pandana", "cityseer", "igraph", "umep", "pysheds"}, path


def test_everything_public_is_documented(repository: Path) -> None:
    missing = []
    for place in modules(repository):
        tree = ast.parse((repository / "src/stadslab" / place).read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            missing.append(f"src/stadslab/{place}: the module")
        missing += [
            f"src/stadslab/{place}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not missing, "\n" + "\n".join(missing)


def only_declares(tree: ast.Module) -> bool:
    """Is there nothing to run in this module: words, imports and __all__ at most?"""
    return all(isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.Assign) for node in tree.body)


def has_tests(place: Path, tests: Path) -> bool:
    """Is there a test for this module where a reader looks for it?

    src/stadslab/core/layer.py is tested by tests/core/test_layer.py, by a file there that begins with test_layer_, by
    any file under tests/core that imports stadslab.core.layer or from it, or by tests/core/test_core.py, which is about
    the whole room. A package inside a room, such as sources/osm, is one thing in several files and may be tested as
    one, in tests/sources/osm. A module whose name begins with an underscore is tested through the modules that use it,
    and what is in `testing` through the tests anywhere that run it.
    """
    if place.stem.startswith("_") and place.stem not in {"__init__", "__main__"}:
        return True
    folder, stem = tests / place.parent, place.stem.strip("_")
    named = [folder / f"test_{stem}.py", folder / f"test_{folder.name}.py", *folder.glob(f"test_{stem}_*.py")]
    if any(path.is_file() for path in named):
        return True
    room, *inner = place.parts[:-1] or ("",)
    if inner and (any(folder.glob("test_*.py")) or (folder.parent / f"test_{folder.name}.py").is_file()):
        return True
    parts = ("stadslab", *place.with_suffix("").parts)
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    module, package = re.escape(".".join(parts)), re.escape(".".join(parts[:-1]))
    imports = re.compile(rf"\b{module}\b|from {package} import .*\b{parts[-1]}\b")
    searched = tests if room == "testing" else tests / room
    return any(imports.search(text_of(path)) for path in searched.rglob("*.py"))


def test_tests_mirror_the_source(repository: Path) -> None:
    source, tests = repository / "src/stadslab", repository / "tests"
    missing = [
        f"src/stadslab/{place}: write tests/{place.parent / ('test_' + place.stem.strip('_') + '.py')}"
        for place in modules(repository)
        if place.as_posix() not in WITHOUT_TESTS_OF_THEIR_OWN
        and not only_declares(ast.parse(text_of(source / place)))
        and not has_tests(place, tests)
    ]
    assert not missing, "\n" + "\n".join(missing)


def test_the_list_of_exceptions_names_modules_there_are(repository: Path) -> None:
    assert not [name for name in WITHOUT_TESTS_OF_THEIR_OWN if not (repository / "src/stadslab" / name).is_file()]


def test_decisions_are_numbered_and_alike(repository: Path) -> None:
    folder = repository / "docs/decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1)), "numbered without gaps"
    index = (folder / "index.md").read_text(encoding="utf-8")
    for path in records:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        text = path.read_text(encoding="utf-8")
        title = re.match(r"# (\d{4}) (.+)", text)
        assert title, f"{path.name}: begins with '# NNNN Title'"
        assert title[1] == path.name[:4], path.name
        assert re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.MULTILINE), path.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], path.name
        assert f"[{title[1]} {title[2]}]({path.name})" in index, f"docs/decisions/index.md does not list {path.name}"


def test_the_change_log_has_a_place_for_what_comes_next(repository: Path) -> None:
    text = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    coming = text.partition("## Unreleased\n")[2].partition("\n## ")[0]
    assert "### Numbers change" in coming, "say which numbers change, or that none do"


def test_the_version_is_one_number(repository: Path) -> None:
    read = "from stadslab._version import __version__; print(__version__)"
    ran = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    written = (repository / "src/stadslab/_version.py").read_text(encoding="utf-8")
    assert f'"{ran.stdout.strip()}"' in written
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|a\d+|b\d+|rc\d+)?", ran.stdout.strip())
