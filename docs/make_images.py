"""Draw the pictures of the README and the guide from the demonstration town, so that no real data is in them.

    .venv/bin/python docs/make_images.py

Same software, same pictures. They are kept in the repository, since a reader of the README has no software yet.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

PEOPLE = 20_000
IMAGES = Path(__file__).parent / "images"
LARGEST = 300_000  # bytes


def main() -> None:
    from stadslab import Lab, show
    from stadslab.core.progress import silent
    from stadslab.faces.demo import CITY, PLAN, demonstrate

    with tempfile.TemporaryDirectory() as folder:
        for line in demonstrate(Path(folder), PEOPLE, seed=1, draws=10, progress=silent):
            print(line)
        lab = Lab(Path(folder) / "demo.lab")
        city = lab.city(CITY)
        asked = {"indicator": "walk_to_nearest", "kind": "preschool"}
        pictures = {
            "walk-to-preschool.png": show(lab.measure(CITY, **asked), city),
            "who-gains-who-loses.png": show(lab.compare(CITY, scenario=PLAN, **asked), city),
        }
        IMAGES.mkdir(exist_ok=True)
        for name, picture in pictures.items():
            picture.save(IMAGES / name)
            size = (IMAGES / name).stat().st_size
            print(f"{name}: {size:,} bytes")
            if size > LARGEST:
                sys.exit(f"{name} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
