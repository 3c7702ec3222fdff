"""What registers of sixteen samples are added, multiplied and compared with.

Belongs here: arithmetic of lanes, each function an instruction or a few. Does not belong here:
their way to memory (``lanes``), algorithms (``kernels``).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.lanes import DOUBLES, SINGLE, SINGLES, WORD, instruction


def spread(builder: Any, number: Any, vector: Any) -> Any:
    """One number in every lane of a vector."""
    none = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(none, number, ir.Constant(WORD, 0))
    everywhere = ir.Constant(ir.VectorType(WORD, vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, none, everywhere)


def call(builder: Any, name: str, value: Any, *others: Any) -> Any:
    """One of the machine's own functions over vectors of one kind."""
    kind = value.type
    whole = f"{name}.v{kind.count}f{32 if kind.element == SINGLE else 64}"
    function = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
        builder.module, ir.FunctionType(kind, [kind] * (1 + len(others))), whole
    )
    return builder.call(function, [value, *others])


@instruction
def add_product(_typing: Any, total: Any, weight: Any, one: Any, other: Any) -> Any:
    """``total + weight * one * other``; singles are widened where the total is double.

    The last product is added before it is rounded: by name, not where the compiler finds it
    worth while, so that processors that know no such instruction get the same bits.
    """
    number = types.float32 if total is SINGLES else types.float64

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        summed, factor, left, right = args
        if one is not total:
            left = builder.fpext(left, total.vector)
        if other is not total:
            right = builder.fpext(right, total.vector)
        weighted = builder.fmul(spread(builder, factor, total.vector), left)
        return call(builder, "llvm.fma", weighted, right, summed)

    return total(total, number, one, other), generate


@instruction
def taken(_typing: Any, total: Any, weight: Any, own: Any) -> Any:
    """``total + weight * own``, in the precision of the total."""
    number = types.float32 if total is SINGLES else types.float64

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        summed, factor, used = args
        if own is not total:
            used = builder.fpext(used, total.vector)
        weighted = builder.fmul(spread(builder, factor, total.vector), used)
        return builder.fadd(summed, weighted)

    return total(total, number, own), generate


@instruction
def left_to_others(_typing: Any, total: Any, used: Any) -> Any:
    """``total / (1 - used)``: a node that uses part of its own output."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        one = ir.Constant(total.vector, [1.0] * LANES)
        return builder.fdiv(args[0], builder.fsub(one, args[1]))

    return total(total, used), generate


@instruction
def larger_relative_move(_typing: Any, worst: Any, new: Any, old: Any) -> Any:
    """The larger of ``worst`` and ``|new - old| / |new|``, lane by lane; 0 / 0 is 0."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        so_far, after, before = args
        tiny = ir.Constant(worst.vector, [1e-30] * LANES)
        size = call(builder, "llvm.fabs", after)
        size = builder.select(builder.fcmp_ordered(">", size, tiny), size, tiny)
        moved = builder.fdiv(call(builder, "llvm.fabs", builder.fsub(after, before)), size)
        return builder.select(builder.fcmp_ordered("<", moved, so_far), so_far, moved)

    return worst(worst, new, old), generate


@instruction
def plus(_typing: Any, one: Any, other: Any) -> Any:
    """The sum, in the precision of the first."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        left, right = args
        if other is not one:
            right = builder.fpext(right, one.vector)
        return builder.fadd(left, right)

    return one(one, other), generate


@instruction
def minus(_typing: Any, one: Any, other: Any) -> Any:
    """The difference of two of one precision."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.fsub(*args)

    return one(one, other), generate


@instruction
def singles(_typing: Any, lanes: Any) -> Any:
    """Lanes as singles; doubles are rounded."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return args[0] if lanes is SINGLES else builder.fptrunc(args[0], SINGLES.vector)

    return SINGLES(lanes), generate


@instruction
def doubles(_typing: Any, lanes: Any) -> Any:
    """Lanes as doubles."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return args[0] if lanes is DOUBLES else builder.fpext(args[0], DOUBLES.vector)

    return DOUBLES(lanes), generate


@instruction
def alike(_typing: Any, lanes: Any, other: Any) -> Any:
    """Lanes in the precision of the other's."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        if lanes is other:
            return args[0]
        return (builder.fptrunc if other is SINGLES else builder.fpext)(args[0], other.vector)

    return other(lanes, other), generate


@instruction
def smaller(_typing: Any, least: Any, lanes: Any) -> Any:
    """The smaller of two, lane by lane; what is no number is small."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", args[1], args[0]), args[0], args[1])

    return least(least, lanes), generate


@instruction
def size(_typing: Any, lanes: Any) -> Any:
    """Sizes without sign."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return call(builder, "llvm.fabs", args[0])

    return lanes(lanes), generate


@instruction
def times(_typing: Any, one: Any, other: Any) -> Any:
    """The product of two of one precision."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.fmul(*args)

    return one(one, other), generate


@instruction
def larger_part(_typing: Any, worst: Any, part: Any, whole: Any) -> Any:
    """The larger of ``worst`` and ``part / whole``, lane by lane; 0 / 0 is 0."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        so_far, one, other = args
        none = ir.Constant(worst.vector, [0.0] * LANES)
        is_none = builder.fcmp_ordered("==", one, none)
        share = builder.select(is_none, none, builder.fdiv(one, other))
        return builder.select(builder.fcmp_ordered("<", share, so_far), so_far, share)

    return worst(worst, part, whole), generate
