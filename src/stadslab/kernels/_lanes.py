"""Rows of 64 numbers, one for each of the origins side by side, taken as one machine word.

Compilers unroll a loop over 64 bytes before they see that it is one
instruction, 20 times slower; so the few steps that are run millions of times are
spelled out here. Arrays are flat and a row starts where one says; nothing checks
bounds. Without the compiler (`NUMBA_DISABLE_JIT=1`) they are plain numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from stadslab.kernels._jit import compiling

if TYPE_CHECKING:
    from collections.abc import Callable

    Index = int | np.signedinteger[Any]

ABREAST = 64
"""Numbers in a row."""


def keep_larger(target: Any, at: Index, source: Any, start: Index) -> None:
    """target[at:at + 64] = the larger of it and source[start:start + 64], number by number."""
    row = target[at : at + ABREAST]
    np.maximum(row, source[start : start + ABREAST], out=row)


def move(target: Any, at: Index, source: Any, start: Index) -> None:
    """target[at:at + 64] = source[start:start + 64], which is set to 0."""
    target[at : at + ABREAST] = source[start : start + ABREAST]
    source[start : start + ABREAST] = 0


def copy(target: Any, at: Index, source: Any, start: Index) -> None:
    """target[at:at + 64] = source[start:start + 64]."""
    target[at : at + ABREAST] = source[start : start + ABREAST]


def span(known: Any, at: Index, source: Any, start: Index) -> int:
    """Where bytes of source[start:start + 64] exceed those known: 256 times the largest, and the least known; or 0."""
    old, new = known[at : at + ABREAST], source[start : start + ABREAST]
    more = new > old
    return 256 * int(new[more].max()) + int(old[more].min()) if more.any() else 0


def lower_where(target: Any, at: Index, value: Index, source: Any, start: Index, least: Index) -> None:
    """Lower target[at:at + 64] to `value` where source[start:start + 64] is greater than `least`."""
    row = target[at : at + ABREAST]
    np.minimum(row, row.dtype.type(value), out=row, where=source[start : start + ABREAST] > least)


def put_in_order(values: Any, low: Index, high: Index) -> None:
    """Swap numbers of the rows at `low` and `high` so that those at `low` are the smaller ones."""
    a, b = values[low : low + ABREAST].copy(), values[high : high + ABREAST].copy()
    values[low : low + ABREAST], values[high : high + ABREAST] = np.minimum(a, b), np.maximum(a, b)


if compiling():
    _ir: Any = importlib.import_module("llvmlite.ir")
    _types: Any = importlib.import_module("numba.core.types")
    _cgutils: Any = importlib.import_module("numba.core.cgutils")
    _extending: Any = importlib.import_module("numba.extending")

    def _row(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> tuple[Any, Any]:
        """Address of the row at `at` of an array, and its numbers as a vector."""
        made = context.make_array(kind)(context, builder, array)
        vector = _ir.VectorType(context.get_value_type(kind.dtype), ABREAST)
        address = builder.bitcast(builder.gep(made.data, [at]), vector.as_pointer())
        row = builder.load(address)
        row.align = kind.dtype.bitwidth // 8
        return address, row

    def _store(builder: Any, kind: Any, row: Any, address: Any) -> None:
        builder.store(row, address).align = kind.dtype.bitwidth // 8

    def _compare(builder: Any, kind: Any, sign: str, a: Any, b: Any) -> Any:
        return (builder.icmp_signed if kind.dtype.signed else builder.icmp_unsigned)(sign, a, b)

    def _all(builder: Any, value: Any) -> Any:
        """The same number 64 times."""
        one = _ir.VectorType(value.type, 1)
        single = builder.insert_element(_ir.Constant(one, _ir.Undefined), value, _ir.Constant(_ir.IntType(32), 0))
        zeros = _ir.Constant(_ir.VectorType(_ir.IntType(32), ABREAST), [0] * ABREAST)
        return builder.shuffle_vector(single, _ir.Constant(one, _ir.Undefined), zeros)

    def _larger(_context: Any, target: Any, _at: Any, source: Any, _start: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            into, out = signature.args[0], signature.args[2]
            address, old = _row(context, builder, into, given[0], given[1])
            _, new = _row(context, builder, out, given[2], given[3])
            _store(builder, into, builder.select(_compare(builder, into, ">", new, old), new, old), address)
            return context.get_dummy_value()

        index = _types.intp
        return _types.void(target, index, source, index), generate

    def _move(_context: Any, target: Any, _at: Any, source: Any, _start: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            into, out = signature.args[0], signature.args[2]
            address, _ = _row(context, builder, into, given[0], given[1])
            emptied, row = _row(context, builder, out, given[2], given[3])
            _store(builder, into, row, address)
            _store(builder, out, _ir.Constant(row.type, [0] * ABREAST), emptied)
            return context.get_dummy_value()

        index = _types.intp
        return _types.void(target, index, source, index), generate

    def _copy(_context: Any, target: Any, _at: Any, source: Any, _start: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            into, out = signature.args[0], signature.args[2]
            address, _ = _row(context, builder, into, given[0], given[1])
            _, row = _row(context, builder, out, given[2], given[3])
            _store(builder, into, row, address)
            return context.get_dummy_value()

        index = _types.intp
        return _types.void(target, index, source, index), generate

    def _span(_context: Any, known: Any, _at: Any, source: Any, _start: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = signature.args[0]
            _, old = _row(context, builder, kind, given[0], given[1])
            _, new = _row(context, builder, signature.args[2], given[2], given[3])
            more = builder.icmp_unsigned(">", new, old)
            byte, index = _ir.IntType(8), _ir.IntType(64)
            reduce = _ir.FunctionType(byte, [old.type])
            least, most = (
                _cgutils.get_or_insert_function(builder.module, reduce, f"llvm.vector.reduce.{what}.v{ABREAST}i8")
                for what in ("umin", "umax")
            )
            high = builder.call(most, [builder.select(more, new, _ir.Constant(new.type, [0] * ABREAST))])
            low = builder.call(least, [builder.select(more, old, _ir.Constant(old.type, [255] * ABREAST))])
            both = builder.or_(builder.shl(builder.zext(high, index), index(8)), builder.zext(low, index))
            return builder.select(builder.icmp_unsigned("==", high, byte(0)), index(0), both)

        index = _types.intp
        return index(known, index, source, index), generate

    def _lower(
        _context: Any, target: Any, _at: Any, _value: Any, source: Any, _start: Any, _least: Any
    ) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            into, out = signature.args[0], signature.args[3]
            address, old = _row(context, builder, into, given[0], given[1])
            _, bound = _row(context, builder, out, given[3], given[4])
            new = _all(builder, builder.trunc(given[2], old.type.element))
            meant = _compare(builder, out, ">", bound, _all(builder, builder.trunc(given[5], bound.type.element)))
            less = builder.select(_compare(builder, into, "<", new, old), new, old)
            _store(builder, into, builder.select(meant, less, old), address)
            return context.get_dummy_value()

        index = _types.intp
        return _types.void(target, index, index, source, index, index), generate

    def _order(_context: Any, values: Any, _low: Any, _high: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = signature.args[0]
            first, a = _row(context, builder, kind, given[0], given[1])
            second, b = _row(context, builder, kind, given[0], given[2])
            right = _compare(builder, kind, "<", a, b)
            _store(builder, kind, builder.select(right, a, b), first)
            _store(builder, kind, builder.select(right, b, a), second)
            return context.get_dummy_value()

        return _types.void(values, _types.intp, _types.intp), generate

    keep_larger = _extending.intrinsic(_larger)
    move = _extending.intrinsic(_move)
    copy = _extending.intrinsic(_copy)
    span = _extending.intrinsic(_span)
    lower_where = _extending.intrinsic(_lower)
    put_in_order = _extending.intrinsic(_order)
