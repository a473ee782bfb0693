"""The pictures of the README and of the guide: still ones and a short film, small enough for a repository."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

WIDE = 1000  # pixels of the film
LARGEST = 600_000  # bytes of the film


def still(png: bytes, to: Path) -> int:
    """A picture of the page as a palette PNG; gives its size in bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    to.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(to, optimize=True)
    return to.stat().st_size


def film(frames: Sequence[tuple[bytes, float]], to: Path) -> int:
    """Pictures of the page, each for so many seconds, as an animated WebP that goes round; gives its size in bytes."""
    shown = []
    for png, _ in frames:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        shown.append(picture.resize((WIDE, round(picture.height * WIDE / picture.width)), Image.Resampling.LANCZOS))
    to.parent.mkdir(parents=True, exist_ok=True)
    lasting = [round(1000 * seconds) for _, seconds in frames]
    shown[0].save(to, save_all=True, append_images=shown[1:], duration=lasting, loop=0, quality=70, method=6)
    return to.stat().st_size
