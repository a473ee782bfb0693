"""Files outside the lab's folder: written whole or not at all, and told apart by what is in them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from stadslab.core.digest import LENGTH
from stadslab.core.errors import InputError, Problem, StoreError
from stadslab.store.disk import explained


def write_whole(path: Path, text: str | bytes) -> int:
    """Write text or bytes to a file so that it appears whole or not at all; returns its size in bytes.

    Raises `InputError` when there is no such folder, `StoreError` for a full disk or a folder that is read only.
    """
    if not path.parent.is_dir():
        raise InputError(Problem(str(path), f"there is no folder {path.parent}", "make it first"))
    data = text.encode() if isinstance(text, str) else text
    with explained(path, len(data)):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            part.chmod(0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return len(data)


def digest_of(path: Path) -> str:
    """Digest of the bytes of a file, read in pieces; raises `StoreError` for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:LENGTH]
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreError(Problem(str(path), f"cannot be read: {why}", "check the path")) from error
