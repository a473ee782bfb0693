"""What a kernel accepts: checked once, before compiled code that could crash on it.

Compiled kernels do not check bounds, so an index out of range would read
foreign memory. They are also compiled anew for every combination of types, and
an Arrow column is read-only where a numpy array is not; every array is therefore
passed on as a read-only, contiguous view of one exact dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]


def int32(name: str, array: object, *, least: int | None = None, below: int | None = None) -> Int32:
    """`array` as a read-only int32[k] whose values lie in [least, below); no copy if it is contiguous."""
    return _checked(name, array, np.dtype(np.int32), least, below)


def int64(name: str, array: object, *, least: int | None = None, below: int | None = None) -> Int64:
    """`array` as a read-only int64[k] whose values lie in [least, below); no copy if it is contiguous."""
    return _checked(name, array, np.dtype(np.int64), least, below)


def flags(name: str, array: object) -> UInt8:
    """`array` as a read-only uint8[k] of zeros and ones; no copy if it is contiguous."""
    return _checked(name, array, np.dtype(np.uint8), 0, 2)


def table(name: str, array: object, dtype: type[np.signedinteger[Any]]) -> npt.NDArray[Any]:
    """`array` as a read-only table of exactly this dtype, two axes; no copy if it is contiguous."""
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 2:
        seen = f"{array.dtype}, {array.ndim} axes" if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name}: a numpy array of {np.dtype(dtype)}, two axes; got {seen}")
    view = np.require(array, requirements=["C", "A"]).view()
    view.flags.writeable = False
    return view


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A read-only view. Kernels are compiled once for read-only arrays, so whatever they get is one."""
    view = array.view()
    view.flags.writeable = False
    return view


def pointers(name: str, array: npt.NDArray[Any], *, rows: int, entries: int) -> Int64:
    """`array` as int64[rows + 1] that cuts `entries` entries into `rows` rows."""
    ptr = int64(name, array)
    if ptr.size != rows + 1:
        raise ValueError(f"{name}: one more than {rows} rows, so {rows + 1} values; got {ptr.size}")
    if ptr[0] != 0 or ptr[-1] != entries:
        raise ValueError(f"{name}: runs from 0 to {entries}, the entries it cuts; got {ptr[0]} to {ptr[-1]}")
    steps = np.diff(ptr)
    if steps.size and steps.min() < 0:
        row = int(np.argmin(steps))
        raise ValueError(f"{name}: must not fall; row {row} runs from {ptr[row]} to {ptr[row + 1]}")
    return ptr


def graph(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any]) -> tuple[Int64, Int32, Int32]:
    """The three arrays of a CSR graph, checked."""
    indptr, indices = structure(indptr, indices)
    cost = int32("cost", cost, least=0)
    same_length(indices=indices, cost=cost)
    return indptr, indices, cost


def structure(indptr: npt.NDArray[Any], indices: npt.NDArray[Any]) -> tuple[Int64, Int32]:
    """The arcs of a CSR graph without their costs, checked."""
    nodes = len(indptr) - 1
    if nodes < 0:
        raise ValueError("indptr: at least one value (0) even for a graph of no nodes; got none")
    return (
        pointers("indptr", indptr, rows=nodes, entries=len(indices)),
        int32("indices", indices, least=0, below=nodes),
    )


def same_length(**arrays: npt.NDArray[Any]) -> None:
    """Refuse columns of one table that differ in length."""
    if len({array.size for array in arrays.values()}) > 1:
        sizes = ", ".join(f"{name} {array.size}" for name, array in arrays.items())
        raise ValueError(f"columns of one table must be equally long; got {sizes}")


def _checked(name: str, array: object, dtype: np.dtype[Any], least: int | None, below: int | None) -> npt.NDArray[Any]:
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
        seen = f"{array.dtype}, {array.ndim} axes" if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name}: a numpy array of {dtype}, one axis; got {seen}")
    view = np.require(array, requirements=["C", "A"]).view()
    view.flags.writeable = False
    if view.size:
        low, high = int(view.min()), int(view.max())
        if least is not None and low < least:
            raise ValueError(f"{name}: no value under {least}; got {low} at {int(np.argmin(view))}")
        if below is not None and high >= below:
            raise ValueError(f"{name}: every value under {below}; got {high} at {int(np.argmax(view))}")
    return view
