"""Write the reference pages below docs/reference from the software itself. `make docs` runs this first."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    from docs._generate import pages

    folder = ROOT / "docs" / "reference"
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in pages().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    print(f"{len(pages())} reference pages in {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
