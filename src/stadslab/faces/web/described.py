"""The server's description of itself (OpenAPI), the truth the page's types are made from.

`python -m stadslab.faces.web.described` prints it; `npm run types` in `web/` makes `src/server/schema.d.ts` of it.
"""

from __future__ import annotations

import json
import sys
from tempfile import TemporaryDirectory
from typing import Any


def described() -> dict[str, Any]:
    """The description. The version of the software is left out of it: it changes when routes or their types do."""
    from stadslab.faces.web.app import create_app
    from stadslab.lab.lab import Lab

    with TemporaryDirectory() as folder:
        found: dict[str, Any] = create_app(Lab(folder)).openapi()
    return {**found, "info": {**found["info"], "version": "this"}}


def text() -> str:
    """The description as stable JSON text."""
    return json.dumps(described(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
