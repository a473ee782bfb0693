"""Where real data is."""

from __future__ import annotations

import os

from benchmarks.child import ROOT, SkippedError


def real(name: str) -> str:
    """Path of a real file in $STADSLAB_REAL_DATA, or shared/data beside the checkout."""
    folder = os.environ.get("STADSLAB_REAL_DATA") or ROOT.parent / "shared" / "data"
    path = ROOT / folder / name
    if not path.exists():
        raise SkippedError(f"{name} is absent; STADSLAB_REAL_DATA names the folder that holds it")
    return str(path)
