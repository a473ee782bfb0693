"""The one place that configures numba.

Kernels are compiled without `parallel=True`: they release the interpreter lock
and `_blocks` runs them on plain Python threads. That compiles several times
faster, never meets numba's thread layers (of which `workqueue` aborts the
process when two Python threads enter it at once, and `omp` does not survive a
fork), and can be interrupted between two blocks.

`NUMBA_DISABLE_JIT=1` runs every kernel as ordinary Python.
"""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Function = TypeVar("_Function", bound="Callable[..., Any]")

# By name, so that mypy neither needs numba nor believes its partial annotations.
_numba: Any = importlib.import_module("numba")


def _floor_digest() -> str:
    """Digest of the source of every kernel."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # typed into a session: numba keeps no code of that
        return ""


_FLOOR = _floor_digest()


def njit(function: _Function) -> _Function:
    """Compile `function` at its first call, keeping the machine code on disk.

    Floating point keeps its written order (no fast-math). Where no cache folder
    can be written the function is compiled anew in each process.
    """
    return _compiled(function, {"nogil": True, "fastmath": False})


def inner(function: _Function) -> _Function:
    """As `njit`, for what only kernels call: without a way in from Python it compiles faster."""
    return _compiled(function, {"fastmath": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def _compiled(function: _Function, options: dict[str, bool]) -> _Function:
    try:
        compiled = _numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba's word for "no folder to cache in"
        compiled = _numba.njit(**options)(function)
    _stamp_cache(compiled)
    _load_alone(compiled)
    typed: _Function = compiled
    return typed


def _stamp_cache(compiled: Any) -> None:
    """Make the cached code of one kernel stale when any kernel's source changes, or the file it is written in.

    numba looks only at the file a function is written in, so an edit to a
    function it *calls* would leave old machine code in use, silently.
    """
    cache_file: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(cache_file, "_source_stamp"):
        written_in = Path(compiled.py_func.__code__.co_filename)
        cache_file._source_stamp = _FLOOR if _is_ours(compiled) else f"{_FLOOR} {_digest(written_in)}"


def _load_alone(compiled: Any) -> None:
    """Let code that was compiled before be loaded without the compiler.

    numba prepares everything it can compile before it looks whether it has to (and imports much of scipy for that):
    half of the time a new process takes to its first answer. Where it has to after all, it prepares by itself. Kernels
    of this folder need its memory management and nothing else; other people's may, so those are left alone, and so is
    a numba that is built otherwise.
    """
    cache: Any = getattr(compiled, "_cache", None)
    load, guard = (getattr(cache, name, None) for name in ("_load_overload", "_guard_against_spurious_io_errors"))
    memory: Any = getattr(getattr(_numba.core, "runtime", None), "rtsys", None)
    if load is None or guard is None or memory is None or not _is_ours(compiled):
        return

    whole = cache.load_overload

    def load_overload(signature: Any, target: Any) -> Any:
        try:
            memory.initialize(target)
            with guard():
                return load(signature, target)
        except (AttributeError, TypeError):  # a numba that does this otherwise
            return whole(signature, target)

    cache.load_overload = load_overload


def _is_ours(compiled: Any) -> bool:
    return Path(compiled.py_func.__code__.co_filename).parent == Path(__file__).parent


def compiling() -> bool:
    """Whether kernels are compiled here at all."""
    return not _numba.config.DISABLE_JIT


def default_threads() -> int:
    """Threads numba would use here: the processors this process may run on, or NUMBA_NUM_THREADS."""
    return int(_numba.config.NUMBA_NUM_THREADS)
