"""Draw the pictures and write the answers that README and guide show, all from the demonstration town.

    .venv/bin/python docs/make_examples.py

They are kept in the repository, since a reader of the README has no software yet. No real data is in them.

An answer is a block `text title="answer"` that follows a block of commands. On a page that has one, every command is
run from top to bottom in the folder where `make demo` was run; a block of JSON with a title is the file of that name,
and one of Python a script that is run there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = 20_000
LARGEST = 300_000  # bytes of a picture
FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page with an answer on it, and its text."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "guide").glob("*.md"))}
    return {path: text for path, text in texts.items() if '```text title="answer"' in text}


@contextmanager
def demo_folder() -> Iterator[Path]:
    """A folder in which the demo was run, as the place to stand in."""
    from stadslab.core.progress import silent
    from stadslab.faces.demo import demonstrate

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for _ in demonstrate(Path("demo"), PEOPLE, seed=1, draws=10, progress=silent):
                pass
            yield Path(folder)
        finally:
            os.chdir(before)


def answered(text: str) -> str:
    """The page with its answers written anew; to be called in the folder of the demo."""
    said, changed, last = "", [], 0
    for block in FENCE.finditer(text):
        language, title, body = block.groups()
        if language == "json" and title:
            Path(title).write_text(body, encoding="utf-8")
        elif language == "python" and title:
            Path(title).write_text(body, encoding="utf-8")
            subprocess.run([sys.executable, title], check=True)
        elif language == "sh":
            for line in body.replace("\\\n", " ").splitlines():
                if line.startswith("stadslab "):
                    said = run(shlex.split(line)[1:])
        elif language == "text" and title == "answer":
            changed += [text[last : block.start(3)], said]
            last = block.end(3)
    return "".join([*changed, text[last:]])


def run(words: list[str]) -> str:
    """What a command prints, complaints included and progress left out."""
    from click.testing import CliRunner

    from stadslab.faces.cli import main

    ran = CliRunner(env={"STADSLAB_LAB": "demo/demo.lab"}).invoke(main, words)
    if ran.exit_code not in (0, 2) or (ran.exit_code == 2 and "error: " not in ran.stderr):
        raise SystemExit(f"stadslab {shlex.join(words)}: {ran.output} {ran.exception!r}")
    complaints = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    return ran.stdout + "".join(f"{line}\n" for line in complaints)


def pictures() -> Mapping[str, bytes]:
    """Name of each picture and its bytes; to be called in the folder of the demo."""
    from stadslab import Lab, show
    from stadslab.faces.demo import CITY, PLAN

    lab = Lab("demo/demo.lab")
    city = lab.city(CITY)
    today = lab.measure(CITY, "walk_to_nearest", kind="preschool", support="h3:10")
    change = lab.compare(CITY, "walk_to_nearest", PLAN, kind="preschool", support="h3:10")
    return {"walk-to-preschool.png": show(today, city).png, "who-gains-who-loses.png": show(change, city).png}


def write() -> None:
    """Do it."""
    with demo_folder():
        for path, text in pages().items():
            path.write_text(answered(text), encoding="utf-8")
            print(path.relative_to(ROOT))
        for name, picture in pictures().items():
            if len(picture) > LARGEST:
                sys.exit(f"{name} would have {len(picture):,} bytes, more than {LARGEST:,}")
            (ROOT / "docs" / "images" / name).write_bytes(picture)
            print(f"docs/images/{name}: {len(picture):,} bytes")


if __name__ == "__main__":
    write()
